-- The searches that there are answer at once, so they are on unless somebody switches them off.
update resources set doc = replace(
	doc,
	'"searchIndexing":{"products":{"status":"Deactivated"},"productsSearch":{"status":"Deactivated"}',
	'"searchIndexing":{"products":{"status":"Activated"},"productsSearch":{"status":"Activated"}')
where kind = 'project';
