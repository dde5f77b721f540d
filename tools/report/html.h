/* html.h -- texts, numbers and bytes as HTML: nothing from outside becomes markup */
#ifndef HTML_H
#define HTML_H

#include <stddef.h>
#include <stdio.h>

/* Text in an element or in an attribute between double quotes: & < > " ' are escaped, and U+FFFD
 * stands for controls but tab and line feed, and for what is no UTF-8. */
void html_text_n(const char *text, size_t n, FILE *to);
void html_text(const char *text, FILE *to);
/* A number that readers and programs see: <data value="all digits">some digits</data>; digits:
 * behind the point. NaN is a dash. */
void html_number(double x, int digits, FILE *to);
/* How many digits behind the point show two of the error's; of x, where there is no error. */
int html_digits(double x, double error);
void html_base64(const void *bytes, size_t n, FILE *to);

/* The head of the page up to <main>, the end of it. */
void html_begin(const char *title, FILE *to);
void html_end(FILE *to);

#endif
