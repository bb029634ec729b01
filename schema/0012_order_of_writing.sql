-- The numbers that say what was written last go on growing after a restart: those up to this one may be in use.
insert into meta (name, value) select 'position', cast(coalesce(max(written), 0) as text) from resources;
