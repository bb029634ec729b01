/* Projects as a whole: listed, made, deleted, reset. */
#ifndef ADMIN_PROJECTS_H
#define ADMIN_PROJECTS_H

#include "document/shape.h"
#include "engine/route.h"

extern const struct shape PROJECT_PUT;
extern const struct shape PROJECT_RESET;

handler_fn projects_list;
handler_fn projects_reset_all;
handler_fn project_show;
handler_fn project_put;
handler_fn project_remove;
handler_fn project_do_reset;

#endif
