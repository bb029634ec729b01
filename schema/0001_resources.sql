-- Every resource kind lives in `resources`: the document that goes over the wire, with a typed head.
-- `position` is a number of this database that only grows: creation order without ties.
create table resources (
	project text not null,
	kind text not null,
	id text not null,
	version bigint not null,
	created_ms bigint not null,
	modified_ms bigint not null,
	position bigint not null,
	doc text not null,
	primary key (project, kind, id)
);
create unique index resources_by_position on resources (project, kind, position);

-- What a kind declares as its index fields. Uniqueness is data: is_unique = 1.
create table resource_index (
	project text not null,
	kind text not null,
	name text not null,
	value text not null,
	id text not null,
	is_unique bigint not null
);
create unique index resource_index_unique on resource_index (project, kind, name, value) where is_unique = 1;
create index resource_index_shared on resource_index (project, kind, name, value) where is_unique = 0;
create index resource_index_by_id on resource_index (project, kind, id);
create index resources_by_age on resources (position);
