//! The line editor of the REPL: reedline behind the C interface of
//! line_editor.h, which documents every function here.

use nu_ansi_term::{Color, Style};
use reedline::{
    default_emacs_keybindings, ColumnarMenu, Completer, EditCommand, Emacs,
    FileBackedHistory, Highlighter, KeyCode, KeyModifiers, MenuBuilder, Prompt,
    PromptEditMode, PromptHistorySearch, PromptHistorySearchStatus, Reedline,
    ReedlineEvent, ReedlineMenu, Signal, Span, StyledText, Suggestion,
    ValidationResult, Validator,
};
use std::borrow::Cow;
use std::ffi::{c_char, c_int, c_void, CStr, CString};

const HISTORY_CAPACITY: usize = 10_000;

type AddWord = extern "C" fn(*mut c_void, *const c_char, usize, usize, usize);
type AddStyle = extern "C" fn(*mut c_void, usize, usize, c_int);

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Callbacks {
    state: *mut c_void,
    is_complete: extern "C" fn(*mut c_void, *const c_char, usize) -> c_int,
    complete: extern "C" fn(
        *mut c_void,
        *const c_char,
        usize,
        usize,
        *mut c_void,
        AddWord,
    ),
    highlight: extern "C" fn(
        *mut c_void,
        *const c_char,
        usize,
        usize,
        *mut c_void,
        AddStyle,
    ),
}

// The editor runs on the thread that opened it; reedline only asks for Send
// because it could be moved.
unsafe impl Send for Callbacks {}

struct Form(Callbacks);

impl Validator for Form {
    fn validate(&self, line: &str) -> ValidationResult {
        let calls = &self.0;
        let text = line.as_ptr() as *const c_char;
        if (calls.is_complete)(calls.state, text, line.len()) != 0 {
            ValidationResult::Complete
        } else {
            ValidationResult::Incomplete
        }
    }
}

extern "C" fn add_word(
    sink: *mut c_void,
    word: *const c_char,
    length: usize,
    start: usize,
    end: usize,
) {
    let list = unsafe { &mut *(sink as *mut Vec<Suggestion>) };
    let bytes = unsafe { std::slice::from_raw_parts(word as *const u8, length) };
    list.push(Suggestion {
        value: String::from_utf8_lossy(bytes).into_owned(),
        span: Span::new(start, end.max(start)),
        append_whitespace: false,
        ..Suggestion::default()
    });
}

struct Names(Callbacks);

impl Completer for Names {
    fn complete(&mut self, line: &str, pos: usize) -> Vec<Suggestion> {
        let mut list: Vec<Suggestion> = Vec::new();
        let sink = &mut list as *mut Vec<Suggestion> as *mut c_void;
        let text = line.as_ptr() as *const c_char;
        let calls = &self.0;
        (calls.complete)(calls.state, text, line.len(), pos, sink, add_word);
        list
    }
}

extern "C" fn add_style(
    sink: *mut c_void,
    start: usize,
    end: usize,
    style: c_int,
) {
    let list = unsafe { &mut *(sink as *mut Vec<(usize, usize, c_int)>) };
    list.push((start, end, style));
}

/// In the order of enum plc_editor_style.
fn style_of(style: c_int) -> Style {
    match style {
        1 => Style::new().fg(Color::DarkGray),
        2 => Style::new().fg(Color::Green),
        3 => Style::new().fg(Color::Cyan),
        4 => Style::new().fg(Color::Purple),
        5 => Style::new().fg(Color::Blue).bold(),
        6 => Style::new().dimmed(),
        7 => Style::new().bold().underline(),
        8 => Style::new().fg(Color::Red),
        9 => Style::new().fg(Color::Yellow),
        _ => Style::new(),
    }
}

struct Colors(Callbacks);

impl Highlighter for Colors {
    fn highlight(&self, line: &str, cursor: usize) -> StyledText {
        let mut pieces: Vec<(usize, usize, c_int)> = Vec::new();
        let sink = &mut pieces as *mut Vec<_> as *mut c_void;
        let text = line.as_ptr() as *const c_char;
        let calls = &self.0;
        (calls.highlight)(
            calls.state, text, line.len(), cursor, sink, add_style,
        );
        let mut result = StyledText::new();
        let mut done = 0;
        for (start, end, style) in pieces {
            // Pieces that do not fit the text are left out.
            let (Some(before), Some(piece)) =
                (line.get(done..start), line.get(start..end))
            else {
                continue;
            };
            result.push((Style::new(), before.to_string()));
            result.push((style_of(style), piece.to_string()));
            done = end;
        }
        result.push((Style::new(), line.get(done..).unwrap_or("").to_string()));
        result
    }
}

struct Ask(String);

impl Prompt for Ask {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }
    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }
    fn render_prompt_indicator(&self, _: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed("")
    }
    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        Cow::Borrowed("  ")
    }
    fn render_prompt_history_search_indicator(
        &self,
        search: PromptHistorySearch,
    ) -> Cow<'_, str> {
        let failing = match search.status {
            PromptHistorySearchStatus::Passing => "",
            PromptHistorySearchStatus::Failing => "nothing found, ",
        };
        Cow::Owned(format!("({failing}search: {}) ", search.term))
    }
}

pub struct Editor {
    reedline: Reedline,
    text: CString,
}

#[no_mangle]
pub unsafe extern "C" fn plc_editor_open(
    history: *const c_char,
    color: c_int,
    callbacks: *const Callbacks,
) -> *mut Editor {
    let calls = *callbacks;
    let mut keys = default_emacs_keybindings();
    keys.add_binding(
        KeyModifiers::NONE,
        KeyCode::Tab,
        ReedlineEvent::UntilFound(vec![
            ReedlineEvent::Menu("completion".to_string()),
            ReedlineEvent::MenuNext,
        ]),
    );
    keys.add_binding(
        KeyModifiers::SHIFT,
        KeyCode::BackTab,
        ReedlineEvent::MenuPrevious,
    );
    // A line break inside a form that is complete already.
    keys.add_binding(
        KeyModifiers::ALT,
        KeyCode::Enter,
        ReedlineEvent::Edit(vec![EditCommand::InsertNewline]),
    );
    let menu = Box::new(ColumnarMenu::default().with_name("completion"));
    let mut reedline = Reedline::create()
        .with_validator(Box::new(Form(calls)))
        .with_completer(Box::new(Names(calls)))
        .with_partial_completions(true)
        .with_quick_completions(true)
        .with_menu(ReedlineMenu::EngineCompleter(menu))
        .with_edit_mode(Box::new(Emacs::new(keys)))
        .with_ansi_colors(color != 0)
        .use_bracketed_paste(true);
    if color != 0 {
        reedline = reedline.with_highlighter(Box::new(Colors(calls)));
    }
    if !history.is_null() {
        if let Ok(path) = CStr::from_ptr(history).to_str() {
            // A history that cannot be written is no reason not to work.
            let file = FileBackedHistory::with_file(
                HISTORY_CAPACITY,
                path.into(),
            );
            if let Ok(file) = file {
                reedline = reedline.with_history(Box::new(file));
            }
        }
    }
    Box::into_raw(Box::new(Editor {
        reedline,
        text: CString::default(),
    }))
}

#[no_mangle]
pub unsafe extern "C" fn plc_editor_read(
    editor: *mut Editor,
    prompt: *const c_char,
    text: *mut *const c_char,
    length: *mut usize,
) -> c_int {
    let editor = &mut *editor;
    let ask = Ask(CStr::from_ptr(prompt).to_string_lossy().into_owned());
    match editor.reedline.read_line(&ask) {
        Ok(Signal::Success(line)) => {
            // Kept at once: a crash of the program must not lose it.
            let _ = editor.reedline.sync_history();
            *length = line.len();
            editor.text = CString::new(line.replace('\0', " "))
                .unwrap_or_default();
            *text = editor.text.as_ptr();
            0
        }
        Ok(Signal::CtrlC) => 1,
        Ok(Signal::CtrlD) => 2,
        Err(_) => 3,
    }
}

#[no_mangle]
pub unsafe extern "C" fn plc_editor_close(editor: *mut Editor) {
    if !editor.is_null() {
        let mut editor = Box::from_raw(editor);
        let _ = editor.reedline.sync_history();
    }
}
