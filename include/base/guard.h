/* The one way out of work that cannot have its memory: from wherever it is, back to who started it. */
#ifndef BASE_GUARD_H
#define BASE_GUARD_H

#include <stdbool.h>

struct allowance;

/* How guarded work ended. */
enum guard_end {
	GUARD_RETURNED,
	GUARD_NO_MEMORY,  /* there is none, or none left of what all requests share */
	GUARD_OVER_LIMIT, /* it wanted more than one request may have */
};

/* Something that guarded work would leave behind: arenas are, and free themselves. */
struct guarded {
	struct guarded  *next;
	struct guarded **link; /* what points to it; NULL: in no list */
	void (*release)(struct guarded *thing);
};

/* Runs work(context) on this thread. Memory that it cannot have ends it where it stands: what it noted and did not
 * forget is released, and this returns why. So it must hold nothing else then: no lock that it took, no memory but
 * that of arenas. `allowance`: what its arenas are charged to, NULL: to nobody. May be used inside guarded work. */
enum guard_end guard_run(struct allowance *allowance, void (*work)(void *context), void *context);

/* Is this thread at guarded work? */
bool guard_is_on(void);

/* That, and does it hold no lock? Known where assertions are on. */
bool guard_may_leave(void);

/* The allowance of the innermost guarded work; NULL if there is none. */
struct allowance *guard_allowance(void);

/* Ends the innermost guarded work of this thread; there must be one. */
_Noreturn void guard_leave(enum guard_end end);

/* Notes what is to be released if the innermost guarded work does not return; does nothing outside any. What is still
 * noted when it returns lives on. */
void guard_note(struct guarded *thing, void (*release)(struct guarded *thing));

/* Its owner releases it himself. Wherever it was noted. */
void guard_forget(struct guarded *thing);

/* Counts the locks that this thread holds, so that a build with assertions finds work that could leave one locked
 * behind: asserted wherever an arena grows. */
void guard_lock_taken(void);
void guard_lock_given(void);

#endif
