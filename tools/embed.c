/* embed: file names on standard input, one C table of their contents on standard output (common/embedded.h).
 * Names come sorted from the Makefile; the order is kept. */
#include <stdio.h>
#include <string.h>

static int emit_bytes(const char *path, unsigned index)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        perror(path);
        return -1;
    }
    printf("static const unsigned char file_%u[] = {", index);
    long n = 0;
    for (int c; (c = getc(in)) != EOF; n++)
        printf(n % 32 == 0 ? "\n%d," : "%d,", c);
    printf("0};\n"); /* a NUL behind the last byte, not counted */
    fclose(in);
    return (int)n;
}

int main(void)
{
    static char names[4096][256];
    static int sizes[4096];
    unsigned count = 0;
    printf("#include \"common/embedded.h\"\n");
    while (count < 4096 && fgets(names[count], sizeof names[count], stdin) != NULL) {
        names[count][strcspn(names[count], "\n")] = '\0';
        if (names[count][0] == '\0')
            continue;
        if ((sizes[count] = emit_bytes(names[count], count)) < 0)
            return 1;
        count++;
    }
    printf("const struct embedded_file embedded_files[] = {\n");
    for (unsigned i = 0; i < count; i++)
        printf("    {\"%s\", {(const char *)file_%u, %d}},\n", names[i], i, sizes[i]);
    printf("    {0, {0, 0}}};\nconst size_t embedded_file_count = %u;\n", count);
    return 0;
}
