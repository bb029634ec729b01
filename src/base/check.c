#include "base/check.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

/* Sorted. Source: ISO 3166-1, alpha-2, the officially assigned codes. */
static const char COUNTRIES[] =
	"'AD','AE','AF','AG','AI','AL','AM','AO','AQ','AR','AS','AT','AU','AW','AX','AZ','BA',"
	"'BB','BD','BE','BF','BG','BH','BI','BJ','BL','BM','BN','BO','BQ','BR','BS','BT','BV',"
	"'BW','BY','BZ','CA','CC','CD','CF','CG','CH','CI','CK','CL','CM','CN','CO','CR','CU',"
	"'CV','CW','CX','CY','CZ','DE','DJ','DK','DM','DO','DZ','EC','EE','EG','EH','ER','ES',"
	"'ET','FI','FJ','FK','FM','FO','FR','GA','GB','GD','GE','GF','GG','GH','GI','GL','GM',"
	"'GN','GP','GQ','GR','GS','GT','GU','GW','GY','HK','HM','HN','HR','HT','HU','ID','IE',"
	"'IL','IM','IN','IO','IQ','IR','IS','IT','JE','JM','JO','JP','KE','KG','KH','KI','KM',"
	"'KN','KP','KR','KW','KY','KZ','LA','LB','LC','LI','LK','LR','LS','LT','LU','LV','LY',"
	"'MA','MC','MD','ME','MF','MG','MH','MK','ML','MM','MN','MO','MP','MQ','MR','MS','MT',"
	"'MU','MV','MW','MX','MY','MZ','NA','NC','NE','NF','NG','NI','NL','NO','NP','NR','NU',"
	"'NZ','OM','PA','PE','PF','PG','PH','PK','PL','PM','PN','PR','PS','PT','PW','PY','QA',"
	"'RE','RO','RS','RU','RW','SA','SB','SC','SD','SE','SG','SH','SI','SJ','SK','SL','SM',"
	"'SN','SO','SR','SS','ST','SV','SX','SY','SZ','TC','TD','TF','TG','TH','TJ','TK','TL',"
	"'TM','TN','TO','TR','TT','TV','TW','TZ','UA','UG','UM','US','UY','UZ','VA','VC','VE',"
	"'VG','VI','VN','VU','WF','WS','YE','YT','ZA','ZM','ZW'";

/* Sorted. Source: ISO 4217, with the codes for metals, funds and tests, and the historic ones of the time since 1990
 * that java.util.Currency knows, with its fraction digits. */
static const char CURRENCIES[] =
	"ADP AED AFA AFN ALL AMD ANG AOA ARS ATS AUD AWG AYM AZM AZN BAM BBD BDT BEF BGL BGN BHD BIF BMD BND "
	"BOB BOV BRL BSD BTN BWP BYB BYN BYR BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CSD CUC CUP CVE "
	"CYP CZK DEM DJF DKK DOP DZD EEK EGP ERN ESP ETB EUR FIM FJD FKP FRF GBP GEL GHC GHS GIP GMD GNF GRD "
	"GTQ GWP GYD HKD HNL HRK HTG HUF IDR IEP ILS INR IQD IRR ISK ITL JMD JOD JPY KES KGS KHR KMF KPW KRW "
	"KWD KYD KZT LAK LBP LKR LRD LSL LTL LUF LVL LYD MAD MDL MGA MGF MKD MMK MNT MOP MRO MRU MTL MUR MVR "
	"MWK MXN MXV MYR MZM MZN NAD NGN NIO NLG NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PTE PYG QAR ROL RON "
	"RSD RUB RUR RWF SAR SBD SCR SDD SDG SEK SGD SHP SIT SKK SLE SLL SOS SRD SRG SSP STD STN SVC SYP SZL "
	"THB TJS TMM TMT TND TOP TPE TRL TRY TTD TWD TZS UAH UGX USD USN USS UYI UYU UYW UZS VEB VED VEF VES "
	"VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XFO XFU XOF XPD XPF XPT XSU XTS XUA XXX YER "
	"YUM ZAR ZMK ZMW ZWD ZWG ZWL ZWN ZWR";

/* Currencies whose minor unit is not the hundredth part. */
static const char WITHOUT_FRACTION[] =
	"ADP BEF BIF BYB BYR CLP DJF ESP GNF GRD ISK ITL JPY KMF KRW LUF MGF PTE PYG ROL RWF TPE TRL UGX UYI "
	"VND VUV XAF XOF XPF";
static const char WITH_THREE_DIGITS[] = "BHD IQD JOD KWD LYD OMR TND";
static const char WITH_FOUR_DIGITS[] = "CLF UYW";

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c)
{
	return is_upper(c) || (c >= 'a' && c <= 'z');
}

static bool is_alphanumeric(char c)
{
	return is_letter(c) || is_digit(c);
}

static char to_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static char to_lower(char c)
{
	return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

static bool all(bool (*is)(char), const char *text, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!is(text[i]))
			return false;
	return true;
}

/* Looks a code up in a sorted list, in which a code begins every `stride` bytes. */
static bool is_listed(const char *list, size_t list_bytes, size_t stride, const char *code)
{
	size_t bytes = strlen(code);
	size_t low = 0;
	size_t high = (list_bytes + stride - 1) / stride;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(code, list + middle * stride, bytes);

		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

bool check_key(const char *text)
{
	size_t i;

	for (i = 0; text[i]; i++)
		if (i == 256 || !(is_alphanumeric(text[i]) || text[i] == '_' || text[i] == '-'))
			return false;
	return i >= 2;
}

bool check_rank(const char *text)
{
	size_t digits;

	if (strncmp(text, "0.", 2) != 0)
		return false;
	digits = strspn(text + 2, "0123456789");
	return digits > 0 && text[2 + digits] == '\0' && text[1 + digits] != '0';
}

bool check_country(const char *text)
{
	/* Each code stands in quotes and is followed by a comma: 'AD', */
	return strlen(text) == 2 && is_listed(COUNTRIES + 1, sizeof(COUNTRIES) - 2, 5, text);
}

const char *check_country_list(void)
{
	return COUNTRIES;
}

/* `CZK0`: a currency whose prices are in whole units, although it has cents. */
static bool is_whole_unit_variant(const char *text)
{
	return strlen(text) == 4 && text[3] == '0';
}

bool check_currency(const char *text)
{
	char code[4] = { 0 };

	if (strlen(text) != 3 && !is_whole_unit_variant(text))
		return false;
	memcpy(code, text, 3);
	return is_listed(CURRENCIES, sizeof(CURRENCIES) - 1, 4, code);
}

int currency_fraction_digits(const char *code)
{
	if (is_whole_unit_variant(code))
		return 0;
	if (strlen(code) != 3)
		return 2;
	if (is_listed(WITHOUT_FRACTION, sizeof(WITHOUT_FRACTION) - 1, 4, code))
		return 0;
	if (is_listed(WITH_FOUR_DIGITS, sizeof(WITH_FOUR_DIGITS) - 1, 4, code))
		return 4;
	return is_listed(WITH_THREE_DIGITS, sizeof(WITH_THREE_DIGITS) - 1, 4, code) ? 3 : 2;
}

bool check_uuid(const char *text)
{
	size_t i;

	for (i = 0; text[i]; i++) {
		char c = to_lower(text[i]);

		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (c != '-')
				return false;
		} else if (!is_digit(c) && !(c >= 'a' && c <= 'f')) {
			return false;
		}
		if (i == 36)
			return false;
	}
	return i == 36;
}

bool check_email(const char *text)
{
	return *text && !text_has_space(text);
}

/* -- language tags -- */

/* Which subtags may still come. */
enum stage { STAGE_LANGUAGE, STAGE_SCRIPT, STAGE_REGION, STAGE_REST };

static void lower_subtag(char *subtag, size_t bytes)
{
	size_t i;

	for (i = 0; i < bytes; i++)
		subtag[i] = to_lower(subtag[i]);
}

/* Brings one subtag into its canonical case and moves the stage on. RFC 5646 §2.1.1. */
static bool canonize(char *subtag, size_t bytes, enum stage *stage)
{
	bool of_letters = all(is_letter, subtag, bytes);

	if (bytes < 1 || bytes > 8 || !all(is_alphanumeric, subtag, bytes))
		return false;
	lower_subtag(subtag, bytes);
	if (*stage == STAGE_LANGUAGE) {
		*stage = STAGE_SCRIPT;
		return of_letters && (bytes == 2 || bytes == 3);
	}
	if (*stage == STAGE_SCRIPT && of_letters && bytes == 4) {
		subtag[0] = to_upper(subtag[0]);
		*stage = STAGE_REGION;
	} else if (*stage != STAGE_REST && of_letters && bytes == 2) {
		subtag[0] = to_upper(subtag[0]);
		subtag[1] = to_upper(subtag[1]);
		*stage = STAGE_REST;
	} else if (*stage == STAGE_SCRIPT && of_letters && bytes == 3) {
		/* An extended language (zh-yue): script and region may still follow. */
	} else {
		*stage = STAGE_REST;
	}
	return true;
}

bool check_locale(struct arena *arena, const char *text, char **ret_tag)
{
	char *tag = arena_strdup(arena, text);
	enum stage stage = STAGE_LANGUAGE;
	char *at = tag;

	for (;;) {
		size_t bytes = strcspn(at, "-_");

		if (!canonize(at, bytes, &stage))
			return false;
		at += bytes;
		if (!*at)
			break;
		*at++ = '-';
	}
	*ret_tag = tag;
	return true;
}
