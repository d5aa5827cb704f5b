#pragma once
#if __has_include(<histedit.h>)
#include <histedit.h>
#include <stddef.h>
#include <wchar.h>

// Swift cannot call C functions with variable arguments: one typed wrapper for each use of el_wset and history_w.

typedef wchar_t *_Nullable (*interlock_el_prompt)(EditLine *_Nonnull);
typedef int (*interlock_el_read)(EditLine *_Nonnull, wchar_t *_Nonnull);
typedef unsigned char (*interlock_el_function)(EditLine *_Nonnull, wint_t);

/// Gives the editor the object its callbacks work on.
static inline int interlock_el_set_client(EditLine *_Nonnull editor, void *_Nullable client) {
    return el_wset(editor, EL_CLIENTDATA, client);
}

/// The object given with `interlock_el_set_client`.
static inline void *_Nullable interlock_el_client(EditLine *_Nonnull editor) {
    void *client = NULL;
    return el_wget(editor, EL_CLIENTDATA, &client) == 0 ? client : NULL;
}

/// The prompt function; text between two `escape` characters goes to the terminal and counts as no columns.
static inline int interlock_el_set_prompt(
    EditLine *_Nonnull editor, interlock_el_prompt _Nonnull prompt, int escape
) {
    return el_wset(editor, EL_PROMPT_ESC, prompt, escape);
}

/// The function that delivers the next character: 1, 0 at the end of input, -1 to give the line up.
static inline int interlock_el_set_read(EditLine *_Nonnull editor, interlock_el_read _Nonnull read) {
    return el_wset(editor, EL_GETCFN, read);
}

/// Emacs keys, and no signal handlers of the library's own.
static inline void interlock_el_set_basics(EditLine *_Nonnull editor) {
    el_wset(editor, EL_SIGNAL, 0);
    el_wset(editor, EL_EDITOR, L"emacs");
    // Line breaks as they come; libedit would have the terminal swap CR and LF, and a pasted CR LF could not be told.
    el_wset(editor, EL_SETTY, L"-d", L"-icrnl", L"-inlcr", NULL);
}

/// Keys that people know from other shells and that libedit leaves unbound or binds otherwise.
static inline void interlock_el_bind_common(EditLine *_Nonnull editor) {
    el_wset(editor, EL_BIND, L"^R", L"em-inc-search-prev", NULL);
    el_wset(editor, EL_BIND, L"^W", L"ed-delete-prev-word", NULL);
    el_wset(editor, EL_BIND, L"\\e[1;5C", L"em-next-word", NULL);
    el_wset(editor, EL_BIND, L"\\e[1;5D", L"ed-prev-word", NULL);
}

/// Adds the two functions of this package: a bracketed paste, and Ctrl-C delivered as a character.
static inline void interlock_el_add_functions(
    EditLine *_Nonnull editor, interlock_el_function _Nonnull paste, interlock_el_function _Nonnull interrupt
) {
    el_wset(editor, EL_ADDFN, L"interlock-paste", L"Insert pasted text as one piece", paste);
    el_wset(editor, EL_ADDFN, L"interlock-interrupt", L"Give up the line", interrupt);
    // Twice: for the map of the emacs keys and vi's insert mode, and (-a) for vi's command mode.
    el_wset(editor, EL_BIND, L"\\e[200~", L"interlock-paste", NULL);
    el_wset(editor, EL_BIND, L"-a", L"\\e[200~", L"interlock-paste", NULL);
    el_wset(editor, EL_BIND, L"^C", L"interlock-interrupt", NULL);
    el_wset(editor, EL_BIND, L"-a", L"^C", L"interlock-interrupt", NULL);
}

/// 1 puts the terminal into the editor's mode, 0 back into the mode it had.
static inline int interlock_el_prepare_terminal(EditLine *_Nonnull editor, int raw) {
    return el_wset(editor, EL_PREP_TERM, raw);
}

/// Draws the prompt and the line again, from the cursor's place on.
static inline int interlock_el_refresh(EditLine *_Nonnull editor) { return el_wset(editor, EL_REFRESH); }

/// The history the arrow keys walk through.
static inline int interlock_el_set_history(EditLine *_Nonnull editor, HistoryW *_Nonnull history) {
    return el_wset(editor, EL_HIST, history_w, history);
}

/// How many entries the history keeps.
static inline int interlock_history_set_size(HistoryW *_Nonnull history, int size) {
    HistEventW event;
    return history_w(history, &event, H_SETSIZE, size);
}

/// Adds an entry.
static inline int interlock_history_enter(HistoryW *_Nonnull history, const wchar_t *_Nonnull text) {
    HistEventW event;
    return history_w(history, &event, H_ENTER, text);
}

#else
#error "libedit's header histedit.h is not installed: run `make setup` (Debian: libedit-dev), or build without the LineEditing trait"
#endif
