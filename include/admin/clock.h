/* The clock of a project: asked, set, turned on, put back. */
#ifndef ADMIN_CLOCK_H
#define ADMIN_CLOCK_H

#include "document/shape.h"
#include "engine/route.h"

extern const struct shape CLOCK_PUT;
extern const struct shape CLOCK_ADVANCE;

handler_fn control_clock_show;
handler_fn control_clock_put;
handler_fn control_clock_advance;
handler_fn control_clock_remove;

/* How the clock of the project of the request goes, as it is shown; kept by the arena. */
json_t *control_clock(struct op *op);

#endif
