#pragma once
#include <yajl/yajl_gen.h>
#include <yajl/yajl_parse.h>

// Swift does not import variadic functions.
static inline void vnn_yajl_trust_strings(yajl_handle parser) { yajl_config(parser, yajl_dont_validate_strings, 1); }
static inline void vnn_yajl_indent(yajl_gen generator) {
  yajl_gen_config(generator, yajl_gen_beautify, 1);
  yajl_gen_config(generator, yajl_gen_indent_string, "  ");
}
