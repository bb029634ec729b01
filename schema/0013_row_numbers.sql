-- Messages and grants are found by their number, which is that of their row from now on: there was an index over it.
create table messages_by_number (
	position integer primary key,
	project text not null,
	id text not null,
	resource_type text not null,
	resource_id text not null,
	doc text not null
);
insert into messages_by_number (position, project, id, resource_type, resource_id, doc)
select position, project, id, resource_type, resource_id, doc from messages order by position;
drop table messages;
alter table messages_by_number rename to messages;
create index messages_by_project on messages (project, position);
create index messages_by_resource on messages (project, resource_id, position);

create table grants_by_number (
	id integer primary key,
	project text not null,
	client_id text not null,
	scope text not null,
	customer_id text,
	anonymous_id text,
	access_hash text not null,
	access_expires_ms bigint not null,
	refresh_hash text not null,
	refresh_expires_ms bigint not null,
	refresh_ttl_ms bigint not null
);
insert into grants_by_number (id, project, client_id, scope, customer_id, anonymous_id, access_hash, access_expires_ms,
	refresh_hash, refresh_expires_ms, refresh_ttl_ms)
select id, project, client_id, scope, customer_id, anonymous_id, access_hash, access_expires_ms, refresh_hash,
	refresh_expires_ms, refresh_ttl_ms from grants order by id;
drop table grants;
alter table grants_by_number rename to grants;
create index grants_by_customer on grants (project, customer_id) where customer_id is not null;
create index grants_by_anonymous_id on grants (project, anonymous_id) where anonymous_id is not null;
create index grants_by_client on grants (project, client_id);
