#include "include/training.h"

#define NUMBER double
#define NAMED(name) name
#include "sparse.h"
#undef NUMBER
#undef NAMED

#define NUMBER float
#define NAMED(name) name##_float
#include "sparse.h"
