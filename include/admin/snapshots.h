/* States of a project under names: taken, listed, brought back. */
#ifndef ADMIN_SNAPSHOTS_H
#define ADMIN_SNAPSHOTS_H

#include "engine/route.h"

handler_fn snapshots_list;
handler_fn snapshot_show;
handler_fn snapshot_make;
handler_fn snapshot_remove;
handler_fn snapshot_go_back;

#endif
