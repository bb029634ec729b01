/* Mistakes in route tables. */
#ifndef ENGINE_ROUTE_CHECK_PRIV_H
#define ENGINE_ROUTE_CHECK_PRIV_H

struct route_table;

/* Refuses to go on (abort) with a row that cannot be right. `tables` ends with NULL. */
void route_tables_check(const struct route_table *const *tables);

#endif
