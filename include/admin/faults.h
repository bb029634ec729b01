/* Failures on demand: added, listed, taken away. */
#ifndef ADMIN_FAULTS_H
#define ADMIN_FAULTS_H

#include "document/shape.h"
#include "engine/route.h"

extern const struct shape FAULT_POST;

handler_fn control_faults_list;
handler_fn control_faults_add;
handler_fn control_faults_clear;
handler_fn control_faults_remove;

#endif
