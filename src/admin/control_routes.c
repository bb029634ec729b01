/* Every endpoint of the control side, one row each. */
#include "admin/control_routes.h"

#include "admin/clock.h"
#include "admin/control.h"
#include "admin/faults.h"
#include "admin/fixtures.h"
#include "admin/guard.h"
#include "admin/outbox.h"
#include "admin/projects.h"
#include "admin/snapshots.h"

/* What the rows of this file have in common: open to whoever the door lets in. */
#define SHOW(path, handler)         { "GET",    path, 0, NULL, ANYONE, 200, READ,  handler }
#define DO(path, handler, shape)    { "POST",   path, 0, NULL, ANYONE, 200, WRITE, handler, NULL, &(shape) }
#define PUT(path, handler, shape)   { "PUT",    path, 0, NULL, ANYONE, 201, WRITE, handler, NULL, &(shape) }
#define REMOVE(path, handler)       { "DELETE", path, 0, NULL, ANYONE, 200, WRITE, handler, NULL, &NOTHING }
/* What lives in memory is changed where the request is read, once. */
#define NOW(method, path, handler, shape) { method, path, 0, NULL, ANYONE, 200, READ, handler, NULL, &(shape) }

#define V1 "/_admin/v1"
#define PROJECT V1 "/projects/{projectKey}"

/* method  path                                    handler            shape of the body */
static const struct route CONTROL[] = {
	SHOW(  V1 "/projects",                         projects_list),
	DO(    V1 "/reset",                            projects_reset_all, PROJECT_RESET),
	SHOW(  PROJECT,                                project_show),
	PUT(   PROJECT,                                project_put,        PROJECT_PUT),
	REMOVE(PROJECT,                                project_remove),
	DO(    PROJECT "/reset",                       project_do_reset,   PROJECT_RESET),
	{ "POST", PROJECT "/fixtures", 0, NULL, ANYONE, 200, WRITE, fixtures_load, NULL, NULL, fixtures_prepare },
	SHOW(  PROJECT "/snapshots",                   snapshots_list),
	SHOW(  PROJECT "/snapshots/{name}",            snapshot_show),
	DO(    PROJECT "/snapshots/{name}",            snapshot_make,      NOTHING),
	REMOVE(PROJECT "/snapshots/{name}",            snapshot_remove),
	DO(    PROJECT "/snapshots/{name}/restore",    snapshot_go_back,   NOTHING),
	SHOW(  PROJECT "/faults",                      control_faults_list),
	NOW(   "POST",   PROJECT "/faults",            control_faults_add, FAULT_POST),
	NOW(   "DELETE", PROJECT "/faults",            control_faults_clear, NOTHING),
	NOW(   "DELETE", PROJECT "/faults/{id}",       control_faults_remove, NOTHING),
	SHOW(  PROJECT "/clock",                       control_clock_show),
	NOW(   "PUT",    PROJECT "/clock",             control_clock_put,  CLOCK_PUT),
	NOW(   "POST",   PROJECT "/clock/advance",     control_clock_advance, CLOCK_ADVANCE),
	NOW(   "DELETE", PROJECT "/clock",             control_clock_remove, NOTHING),
	SHOW(  PROJECT "/outbox",                      outbox_list),
	REMOVE(PROJECT "/outbox",                      outbox_clear),
};

const struct route_table CONTROL_ROUTES = {
	.routes = CONTROL,
	.count = sizeof CONTROL / sizeof *CONTROL,
	.is_rooted = true,
	.is_control = true,
	.locate = control_enter,
};
