-- Letters that a real project would have mailed: one with every token that resets a password or verifies an e-mail.
create table outbox (
	position bigint not null primary key,
	project text not null,
	id text not null,
	type text not null,
	recipient text not null,
	customer_id text not null,
	store_key text,
	token_value text not null,
	created_ms bigint not null,
	expires_ms bigint not null,
	is_used bigint not null
);
create index outbox_by_project on outbox (project, position);
create index outbox_by_token on outbox (project, token_value);

-- Which projects there are.
create index resources_of_projects on resources (position) where kind = 'project';

-- States of projects to come back to. The one without a name is what a project was made of. `number` is the newest
-- position of its time, so that later positions are above those in it; `counts` is the JSON of how many of what it has.
create table snapshots (
	number bigint not null primary key,
	project text not null,
	name text not null,
	created_ms bigint not null,
	index_version bigint not null,
	counts text not null
);
create unique index snapshots_by_name on snapshots (project, name);

-- What is in them: the rows of each table that holds something of a project, with the number of the snapshot.
create table snapshot_api_clients (
	snapshot bigint not null,
	project text not null,
	client_id text not null,
	secret_hash text not null,
	name text not null,
	scope text not null,
	access_ttl_ms bigint not null,
	refresh_ttl_ms bigint not null,
	expires_ms bigint not null,
	used_day bigint not null
);
create index snapshot_api_clients_by_snapshot on snapshot_api_clients (snapshot);
create table snapshot_claimed_anonymous_ids (
	snapshot bigint not null,
	project text not null,
	anonymous_id text not null
);
create index snapshot_claimed_anonymous_ids_by_snapshot on snapshot_claimed_anonymous_ids (snapshot);
create table snapshot_credentials (
	snapshot bigint not null,
	project text not null,
	customer_id text not null,
	password_hash text not null
);
create index snapshot_credentials_by_snapshot on snapshot_credentials (snapshot);
create table snapshot_customer_tokens (
	snapshot bigint not null,
	hash text not null,
	project text not null,
	purpose text not null,
	customer_id text not null,
	position bigint not null,
	expires_ms bigint not null
);
create index snapshot_customer_tokens_by_snapshot on snapshot_customer_tokens (snapshot);
create table snapshot_grants (
	snapshot bigint not null,
	id bigint not null,
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
create index snapshot_grants_by_snapshot on snapshot_grants (snapshot);
create table snapshot_messages (
	snapshot bigint not null,
	position bigint not null,
	project text not null,
	id text not null,
	resource_type text not null,
	resource_id text not null,
	doc text not null
);
create index snapshot_messages_by_snapshot on snapshot_messages (snapshot);
create table snapshot_outbox (
	snapshot bigint not null,
	position bigint not null,
	project text not null,
	id text not null,
	type text not null,
	recipient text not null,
	customer_id text not null,
	store_key text,
	token_value text not null,
	created_ms bigint not null,
	expires_ms bigint not null,
	is_used bigint not null
);
create index snapshot_outbox_by_snapshot on snapshot_outbox (snapshot);
create table snapshot_pinned_tokens (
	snapshot bigint not null,
	project text not null,
	hash text not null,
	customer_id text,
	anonymous_id text,
	client_id text,
	scope text
);
create index snapshot_pinned_tokens_by_snapshot on snapshot_pinned_tokens (snapshot);
create table snapshot_resource_index (
	snapshot bigint not null,
	project text not null,
	kind text not null,
	name text not null,
	value text not null,
	id text not null,
	is_unique bigint not null
);
create index snapshot_resource_index_by_id on snapshot_resource_index (snapshot, kind, id);
create table snapshot_resources (
	snapshot bigint not null,
	project text not null,
	kind text not null,
	id text not null,
	version bigint not null,
	created_ms bigint not null,
	modified_ms bigint not null,
	position bigint not null,
	written bigint not null,
	doc text not null,
	primary key (snapshot, kind, id)
);
