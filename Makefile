# scimulator: `make help` lists what there is. Everything is built below build/<variant>/.

CC      ?= gcc
VARIANT ?= release
PREFIX  ?= /usr/local
BUILD   ?= build/$(VARIANT)
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)

ifeq ($(origin CC),default)
CC := gcc
endif

# V=1 shows the whole commands.
ifeq ($(V),)
QUIET = @printf '  %-5s %s\n'
RUN   = @
else
QUIET = @:
RUN   =
endif

PACKAGES := libcurl libcjson libmicrohttpd gnutls libcrypto sqlite3

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes -Wmissing-prototypes \
  -Wold-style-definition -Wvla -Wformat=2 -Wundef -Wwrite-strings -Wcast-qual -Wpointer-arith -Wswitch-enum \
  -Wimplicit-fallthrough -Wnull-dereference -Wdouble-promotion -Wredundant-decls -Wenum-conversion -fno-common

CFLAGS_release  := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
LDFLAGS_release := -pie -Wl,-z,relro,-z,now
# The sanitizers need line tables only.
CFLAGS_asan     := -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS_asan    := -fsanitize=address,undefined
CFLAGS_tsan     := -O1 -g1 -fsanitize=thread -fno-omit-frame-pointer
LDFLAGS_tsan    := -fsanitize=thread
CFLAGS_clang    := -O1 -g
CFLAGS_fuzz     := -O1 -g1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
LDFLAGS_fuzz    := -fsanitize=fuzzer,address,undefined
# It is the product that they look at, and most of the time goes into building the tests: those are not optimized.
ifneq ($(filter asan tsan fuzz,$(VARIANT)),)
CFLAGS_TEST := -O0
endif
ifeq ($(VARIANT),clang)
CC := clang
endif
ifeq ($(VARIANT),fuzz)
CC := clang
endif

CPPFLAGS := -I. -D_POSIX_C_SOURCE=200809L $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
CFLAGS   := -std=c17 $(WARNINGS) -Werror -pthread $(CFLAGS_$(VARIANT)) $(CFLAGS_EXTRA)
LDFLAGS  := -pthread $(LDFLAGS_$(VARIANT))
LDLIBS   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lunistring -lm

FOLDERS  := common simulator reports reference-server runner
SOURCES  := $(sort $(foreach f,$(FOLDERS),$(wildcard $(f)/*.c $(f)/*/*.c)))
MAIN     := runner/main.c
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o)
LIBRARY  := $(BUILD)/libscimulator.a
PROGRAM  := $(BUILD)/scimulator

# Data the executable carries (common/embedded.h).
EMBEDDED := $(sort $(shell find scenarios reference-server/schemas reference-server/web reports/html -type f \( -name '*.json' -o -name '*.tsv' -o -name '*.html' -o -name '*.css' -o -name '*.js' -o -name '*.svg' \) 2>/dev/null))

UNIT_SOURCES := $(sort $(wildcard tests/unit/*/test_*.c))
UNIT_TESTS   := $(UNIT_SOURCES:tests/unit/%.c=$(BUILD)/unit/%)
FUZZ_SOURCES := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZERS      := $(FUZZ_SOURCES:tests/fuzz/%.c=$(BUILD)/fuzz/%)

.PHONY: all
all: build/scimulator ## build the executable (build/scimulator)

build/scimulator: $(PROGRAM)
	@mkdir -p build && ln -sf $(VARIANT)/scimulator build/scimulator

$(PROGRAM): $(BUILD)/runner/main.o $(LIBRARY)
	$(QUIET) link $@
	$(RUN)$(CC) $(LDFLAGS) -o $@ $< $(LIBRARY) $(LDLIBS)

$(LIBRARY): $(filter-out $(BUILD)/runner/main.o,$(OBJECTS)) $(BUILD)/embedded_files.o
	@rm -f $@
	$(RUN)$(AR) rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(QUIET) cc $<
	$(RUN)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/embed: tools/embed.c
	@mkdir -p $(@D)
	$(RUN)$(CC) -std=c17 -O1 -o $@ $<

# The list is a file of its own so that a removed data file, too, makes the table anew.
$(BUILD)/embedded.list: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(EMBEDDED) | cmp -s - $@ || printf '%s\n' $(EMBEDDED) > $@

$(BUILD)/embedded_files.c: $(BUILD)/embed $(BUILD)/embedded.list $(EMBEDDED)
	$(QUIET) embed "$(words $(EMBEDDED)) files"
	$(RUN)$(BUILD)/embed < $(BUILD)/embedded.list > $@.new && mv $@.new $@

$(BUILD)/embedded_files.o: $(BUILD)/embedded_files.c
	$(RUN)$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# --- tests ---------------------------------------------------------------------------------------------------------------

$(BUILD)/unit/%: tests/unit/%.c $(LIBRARY) tests/tap.h
	@mkdir -p $(@D)
	$(QUIET) unit $<
	$(RUN)$(CC) $(CPPFLAGS) $(CFLAGS) $(CFLAGS_TEST) -MMD -MP -MF $@.d -o $@ $< $(LIBRARY) $(LDFLAGS) -lcmocka $(LDLIBS)

$(BUILD)/durability/%: tests/durability/%.c $(wildcard tests/durability/*.h) $(LIBRARY)
	@mkdir -p $(@D)
	$(QUIET) durab $<
	$(RUN)$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $< $(LIBRARY) $(LDFLAGS) $(LDLIBS)

$(BUILD)/mistakes/%: tests/mistakes/%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(QUIET) mutan $<
	$(RUN)$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $< $(LIBRARY) $(LDFLAGS) $(LDLIBS)

$(BUILD)/fuzz/%: tests/fuzz/%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(QUIET) fuzz $<
	$(RUN)$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $< $(LIBRARY) $(LDFLAGS) $(LDLIBS)

# What the compiler has to say of every C file there is; makes nothing. The checks of VARIANT=clang.
$(BUILD)/%.warned: %.c
	@mkdir -p $(@D)
	$(RUN)$(CC) $(CPPFLAGS) $(CFLAGS) -fsyntax-only -MMD -MP -MF $@.d -MT $@ $< && touch $@
WARNED := $(patsubst %.c,$(BUILD)/%.warned,$(SOURCES) $(wildcard tests/*/*.c tests/*/*/*.c tools/*.c))

.PHONY: units fuzzers warnings
warnings: $(WARNED)
units: $(UNIT_TESTS)
fuzzers: $(FUZZERS)

# --- what people call ----------------------------------------------------------------------------------------------------

.PHONY: run
run: ## install what is missing, build, play every scenario in every dialect; DEFECT=NAME shows a caught defect, ARGS=... adds options
	@tools/install-deps
	@$(MAKE) --no-print-directory -j$(JOBS) build/scimulator
	@build/scimulator run $(if $(DEFECT),--defect $(DEFECT)) $(ARGS)

.PHONY: test
test: ## everything the project has: checks, units, golden runs, scenarios, defects, sanitizers, short fuzzing; ends with `N passed, N failed`
	@tools/install-deps --test
	@tests/run all

.PHONY: check
check: ## the quick part of `make test`: static checks, units, golden runs, scenarios, defects
	@tests/run static release

.PHONY: asan tsan fuzz valgrind
asan: ## units, golden runs and scenarios under the address and undefined-behaviour sanitizers
	@tests/run asan
tsan: ## the threaded parts and a parallel run under the thread sanitizer
	@tests/run tsan
fuzz: ## every fuzzer for FUZZ_SECONDS (20) each
	@FUZZ_SECONDS=$${FUZZ_SECONDS:-20} tests/run fuzz
valgrind: ## runs, a push and most unit tests under memcheck: some minutes
	@tests/run valgrind

.PHONY: bench
bench: ## speed as ratios, side by side in one run
	@tools/install-deps --bench || echo "bench: without wrk its row is left out"
	@$(MAKE) --no-print-directory -j$(JOBS) build/scimulator $(BUILD)/bench/cycle $(BUILD)/bench/replay $(BUILD)/bench/bare $(BUILD)/bench/store $(BUILD)/bench/writes $(BUILD)/bench/fill $(BUILD)/bench/walk $(BUILD)/bench/access
	@BUILD=$(BUILD) tests/bench/run

$(BUILD)/bench/%: tests/bench/%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(QUIET) bench $<
	$(RUN)$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $< $(LIBRARY) $(LDFLAGS) $(LDLIBS)

.PHONY: format format-check
FORMATTED := $(sort $(wildcard $(foreach f,$(FOLDERS) tests tools,$(f)/*.[ch] $(f)/*/*.[ch] $(f)/*/*/*.[ch])))
format: ## lay out all C files with clang-format
	@clang-format -i $(FORMATTED)
format-check:
	@clang-format --dry-run -Werror $(FORMATTED)

.PHONY: docs
docs: build/scimulator ## write docs/compatibility.md, docs/limits.md, and the man page and the completions below build/share
	@mkdir -p build/share/man/man1 build/share/bash-completion/completions build/share/zsh/site-functions build/share/fish/vendor_completions.d
	@build/scimulator manual compatibility > docs/compatibility.md
	@build/scimulator manual limits > docs/limits.md
	@build/scimulator manual man > build/share/man/man1/scimulator.1
	@build/scimulator manual bash > build/share/bash-completion/completions/scimulator
	@build/scimulator manual zsh > build/share/zsh/site-functions/_scimulator
	@build/scimulator manual fish > build/share/fish/vendor_completions.d/scimulator.fish
	@tools/conformance # docs/conformance.md

.PHONY: install uninstall
install: build/scimulator docs ## install below PREFIX (/usr/local), DESTDIR is honoured
	install -Dm755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/scimulator
	cd build/share && find . -type f -exec install -Dm644 {} $(DESTDIR)$(PREFIX)/share/{} \;
uninstall: ## take it away again
	rm -f $(DESTDIR)$(PREFIX)/bin/scimulator $(DESTDIR)$(PREFIX)/share/man/man1/scimulator.1 \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions/scimulator $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_scimulator \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/scimulator.fish

.PHONY: clean
clean: ## remove build/
	rm -rf build

.PHONY: help
help: ## this list
	@awk -F':.*## ' '/^[a-z][a-z _-]*:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

.PHONY: FORCE
FORCE:

-include $(OBJECTS:.o=.d) $(UNIT_TESTS:=.d) $(WARNED:=.d)
