-- What happened to one resource is found without looking at what happened to others.
create index messages_by_resource on messages (project, resource_id, position);
