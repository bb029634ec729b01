#include "app/settings_help.h"

#include <stdio.h>
#include <string.h>

#include "settings_table_priv.h"

/* Writes words with a left margin and at most 80 columns. */
static void print_wrapped(const char *text)
{
	enum { LEFT = 6, RIGHT = 80 };
	int column = 0;

	while (*text) {
		int bytes = (int)strcspn(text, " ");

		if (column && column + 1 + bytes > RIGHT) {
			putchar('\n');
			column = 0;
		}
		printf("%*s%.*s", column ? 1 : LEFT, "", bytes, text);
		column += (column ? 1 : LEFT) + bytes;
		text += bytes;
		text += strspn(text, " ");
	}
	putchar('\n');
}

void settings_print_help(void)
{
	char variable[SETTING_NAME_BYTES];

	for (const struct setting *setting = SETTINGS; setting < SETTINGS + SETTING_COUNT; setting++) {
		setting_write_variable(setting, variable);
		printf("  %s%s%s", setting->flag, *setting->values ? " " : "", setting->values);
		if (setting_has_off(setting))
			printf(", %s", setting->off);
		putchar('\n');
		print_wrapped(setting->help);
		printf("      [%s%s%s]\n", variable, *setting->fallback ? "; default: " : "",
		       setting->fallback);
	}
}
