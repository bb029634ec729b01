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
