-- What happened; append only. `position` is creation order; a message's id carries it in a sealed form.
create table messages (
	position bigint not null primary key,
	project text not null,
	id text not null,
	resource_type text not null,
	resource_id text not null,
	doc text not null
);
create index messages_by_project on messages (project, position);
