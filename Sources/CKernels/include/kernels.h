// Loops that need the widest vectors the processor has: compiled for several instruction sets, chosen at load time.
#pragma once
