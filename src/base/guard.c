#include "base/guard.h"

#include <assert.h>
#include <setjmp.h>
#include <stddef.h>

struct guard {
	struct guard   *outer;
	struct allowance  *allowance;
	struct guarded *things; /* the newest first */
	enum guard_end  end;
	jmp_buf         way_out;
};

/* jansson's allocator and all that stands between have no place for it, so the thread keeps it. */
static _Thread_local struct guard *innermost;

#ifndef NDEBUG
static _Thread_local int locks;
#endif

void guard_lock_taken(void)
{
#ifndef NDEBUG
	locks++;
#endif
}

void guard_lock_given(void)
{
#ifndef NDEBUG
	locks--;
#endif
}

/* A function of its own: what is local to the one that calls setjmp() and has changed since cannot be relied on. */
__attribute__((noinline)) static void run(struct guard *guard, void (*work)(void *context),
                                          void *context)
{
	if (setjmp(guard->way_out) == 0)
		work(context);
}

enum guard_end guard_run(struct allowance *allowance, void (*work)(void *context), void *context)
{
	struct guard guard = { .outer = innermost, .allowance = allowance, .end = GUARD_RETURNED };

	innermost = &guard;
	run(&guard, work, context);
	innermost = guard.outer;
	while (guard.things)
		guard_forget(guard.things);
	return guard.end;
}

bool guard_is_on(void)
{
#ifndef NDEBUG
	assert(!innermost || !locks); /* whoever asks may leave */
#endif
	return innermost;
}

bool guard_may_leave(void)
{
#ifndef NDEBUG
	return innermost && !locks;
#else
	return innermost;
#endif
}

struct allowance *guard_allowance(void)
{
	return innermost ? innermost->allowance : NULL;
}

void guard_leave(enum guard_end end)
{
	struct guard *guard = innermost;

	assert(guard);
	while (guard->things) {
		struct guarded *thing = guard->things;

		guard_forget(thing);
		thing->release(thing);
	}
	guard->end = end;
	longjmp(guard->way_out, 1);
}

void guard_note(struct guarded *thing, void (*release)(struct guarded *thing))
{
	*thing = (struct guarded){ .release = release };
	if (!innermost)
		return;
	thing->next = innermost->things;
	thing->link = &innermost->things;
	if (thing->next)
		thing->next->link = &thing->next;
	innermost->things = thing;
}

void guard_forget(struct guarded *thing)
{
	if (!thing->link)
		return;
	*thing->link = thing->next;
	if (thing->next)
		thing->next->link = thing->link;
	thing->link = NULL;
}
