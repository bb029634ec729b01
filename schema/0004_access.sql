-- Projects show all their settings. A document ends with `}`, and no project could be changed before.
update resources set doc = replace(
	substr(doc, 1, length(doc) - 1),
	'"countryTaxRateFallbackEnabled":false}',
	'"countryTaxRateFallbackEnabled":false,"priceRoundingMode":"HalfEven","taxRoundingMode":"HalfEven"}')
	|| ',"shoppingLists":{"deleteDaysAfterLastModification":360}'
	|| ',"searchIndexing":{"products":{"status":"Deactivated"},"productsSearch":{"status":"Deactivated"}'
	|| ',"orders":{"status":"Deactivated"},"customers":{"status":"Deactivated"},"businessUnits":{"status":"Deactivated"}}'
	|| ',"businessUnits":{"myBusinessUnitStatusOnCreation":"Inactive"}'
	|| ',"inventory":{"releaseExpiredReservations":false}'
	|| ',"discounts":{"discountCombinationMode":"Stacking"}}'
where kind = 'project';

-- API clients are resources too. The row that holds the hash of a client's secret stays, without the hash, when the
-- client is deleted: a project that declared clients goes on to refuse all others. `used_day` is in days since 1970,
-- `expires_ms` 0 for a client that does not end.
alter table api_clients add column expires_ms bigint not null default 0;
alter table api_clients add column used_day bigint not null default 0;
create index grants_by_client on grants (project, client_id);

-- manage_project does not contain the management of clients, so the built-in backend client gets its own scope for it.
update api_clients set scope = 'manage_project:demo introspect_oauth_tokens:demo manage_api_clients:demo'
where project = 'demo' and client_id = 'backend' and scope = 'manage_project:demo introspect_oauth_tokens:demo';

-- Clients were declared when their project was created, whose document begins with version and `versionModifiedAt`.
insert into resources (project, kind, id, version, created_ms, modified_ms, position, doc)
select c.project, 'api-client', c.client_id, 1, p.created_ms, p.created_ms,
	last.position + row_number() over (order by p.position, c.client_id),
	'{"id":"' || replace(replace(c.client_id, '\', '\\'), '"', '\"')
		|| '","createdAt":"' || substr(p.doc, 35, 24)
		|| '","name":"' || replace(replace(c.name, '\', '\\'), '"', '\"')
		|| '","scope":"' || c.scope || '"}'
from api_clients c join resources p on p.project = c.project and p.kind = 'project', (
	select max(position) as position from (
		select max(position) as position from resources
		union all select max(position) from messages
		union all select max(position) from customer_tokens
		union all select max(id) from grants) as positions) as last;
