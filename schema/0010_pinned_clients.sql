-- A pinned token may also be a client's, with scopes of its own; null: a storefront's.
alter table pinned_tokens add column client_id text;
alter table pinned_tokens add column scope text;
