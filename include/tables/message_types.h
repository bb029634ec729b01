/* The types of messages, as numbers. */
#ifndef TABLES_MESSAGE_TYPES_H
#define TABLES_MESSAGE_TYPES_H

enum message_type {
	MESSAGE_NONE,
#define MESSAGE(name) MESSAGE_##name,
#include "tables/messages.def"
#undef MESSAGE
	MESSAGE_COUNT
};

#endif
