-- A search by a value reads the ids out of the index itself.
drop index resource_index_shared;
create index resource_index_shared on resource_index (project, kind, name, value, id) where is_unique = 0;
