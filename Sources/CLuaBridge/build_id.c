#define _GNU_SOURCE
#include "bridge.h"

#include <link.h>
#include <stdio.h>
#include <string.h>

// The notes of an ELF file: a header, a name and content, each padded (elf(5), NT_GNU_BUILD_ID).
static int read_notes(struct dl_phdr_info *object, size_t size, void *text) {
  (void)size;
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
    if (segment->p_type != PT_NOTE) continue;
    size_t padding = segment->p_align == 8 ? 7 : 3;
    const char *note = (const char *)(object->dlpi_addr + segment->p_vaddr);
    const char *end = note + segment->p_memsz;
    while (end - note >= (ptrdiff_t)sizeof(ElfW(Nhdr))) {
      ElfW(Nhdr) header;
      memcpy(&header, note, sizeof header);
      const char *name = note + sizeof header;
      const char *content = name + ((header.n_namesz + padding) & ~padding);
      note = content + ((header.n_descsz + padding) & ~padding);
      if (note > end || header.n_type != NT_GNU_BUILD_ID || header.n_namesz != 4 || memcmp(name, "GNU", 4) != 0)
        continue;
      char *digits = text;
      for (size_t byte = 0; byte < header.n_descsz && byte < VNN_BUILD_ID_LENGTH / 2; byte++)
        digits += sprintf(digits, "%02x", (unsigned char)content[byte]);
    }
  }
  // The first object is the program; no other is of interest.
  return 1;
}

void vnn_build_id(char text[VNN_BUILD_ID_LENGTH + 1]) {
  text[0] = 0;
  dl_iterate_phdr(read_notes, text);
}
