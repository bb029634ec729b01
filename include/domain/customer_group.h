/* Customer groups. The smallest kind there is: the worked example of src/README.md. */
#ifndef DOMAIN_CUSTOMER_GROUP_H
#define DOMAIN_CUSTOMER_GROUP_H

#include "base/shape.h"
#include "domain/resource.h"

extern const struct resource_kind CUSTOMER_GROUP_KIND;
extern const struct shape CUSTOMER_GROUP_DRAFT;
extern const struct shape CUSTOMER_GROUP_UPDATE;

#endif
