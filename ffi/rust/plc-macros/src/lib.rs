//! `#[plc::export]`, without other crates: a signature is read by hand.

use proc_macro::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

/// Makes a function one that Lisp can call; `plc::plugin!` names it then.
///
/// Its first parameter may be a `&plc::Lisp`. Other parameters are arguments, taken
/// as their types say, or `&str`, `&[T]`, `&plc::Value`, or `&T` for an object of
/// Rust; `Option`s at the end may be left out, and a last `plc::Rest` takes what is
/// left. Documentation comments are what `(doc f)` shows.
/// `#[plc::export(name = "list->sum")]` gives another name.
#[proc_macro_attribute]
pub fn export(options: TokenStream, item: TokenStream) -> TokenStream {
    let made = read(item.clone()).and_then(|function| expand(&function, options));
    let mut result = item;
    match made {
        Ok(text) => result.extend(text),
        Err((message, span)) => result.extend(compile_error(&message, span)),
    }
    result
}

type Failure = (String, Span);

struct Function {
    visibility: TokenStream,
    name: Ident,
    doc: String,
    parameters: Vec<Parameter>,
}

struct Parameter {
    name: String,
    is_reference: bool,
    /// Without the `&`.
    r#type: TokenStream,
    /// The name of the type, without its path and arguments.
    last: String,
}

fn compile_error(message: &str, span: Span) -> TokenStream {
    let text = format!("::core::compile_error!({message:?});");
    let tokens: TokenStream = text.parse().expect("a string literal is one token");
    tokens
        .into_iter()
        .map(|mut token| {
            token.set_span(span);
            token
        })
        .collect()
}

fn is_punct(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == c)
}
fn is_ident(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident.to_string() == name)
}

/// The text of a literal string.
fn text_of(token: &TokenTree) -> Option<String> {
    let literal = token.to_string();
    let raw = literal.strip_prefix('r').map(|raw| raw.trim_matches('#'));
    let quoted = raw.unwrap_or(&literal).strip_prefix('"')?.strip_suffix('"')?;
    if raw.is_some() {
        return Some(quoted.to_string());
    }
    let mut text = String::new();
    let mut chars = quoted.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, false) => text.push(c),
            _ => match chars.next()? {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                c @ ('"' | '\\' | '\'') => text.push(c),
                _ => return None,
            },
        }
    }
    Some(text)
}

/// The line of a documentation comment, which is `#[doc = "..."]`.
fn doc_of(attribute: &Group) -> Option<String> {
    let tokens: Vec<_> = attribute.stream().into_iter().collect();
    match &tokens[..] {
        [doc, equals, text] if is_ident(doc, "doc") && is_punct(equals, '=') => text_of(text),
        _ => None,
    }
}

fn read(item: TokenStream) -> Result<Function, Failure> {
    let mut tokens = item.into_iter().peekable();
    let mut lines = Vec::new();
    let mut visibility = TokenStream::new();
    loop {
        let Some(token) = tokens.next() else {
            return Err(("expected a function".to_string(), Span::call_site()));
        };
        match &token {
            token if is_punct(token, '#') => {
                if let Some(TokenTree::Group(attribute)) = tokens.next() {
                    lines.extend(doc_of(&attribute));
                }
            }
            token if is_ident(token, "pub") => {
                visibility.extend([token.clone()]);
                if let Some(TokenTree::Group(_)) = tokens.peek() {
                    visibility.extend(tokens.next());
                }
            }
            token if is_ident(token, "fn") => break,
            token => {
                let message = "only plain functions can be exported: no `unsafe`, `async`, \
                               `extern` or other items";
                return Err((message.to_string(), token.span()));
            }
        }
    }
    let Some(TokenTree::Ident(name)) = tokens.next() else {
        return Err(("expected the name of the function".to_string(), Span::call_site()));
    };
    let parameters = match tokens.next() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            parameters(group.stream())?
        }
        _ => {
            let message = "a function with generic parameters cannot be exported: \
                           write one for the types that Lisp will use";
            return Err((message.to_string(), name.span()));
        }
    };
    let doc = lines.iter().map(|line| line.strip_prefix(' ').unwrap_or(line));
    let doc = doc.collect::<Vec<_>>().join("\n");
    Ok(Function { visibility, name, doc, parameters })
}

/// Splits at the commas outside of `<>`.
fn parameters(list: TokenStream) -> Result<Vec<Parameter>, Failure> {
    let (mut parts, mut part, mut depth, mut before) = (Vec::new(), Vec::new(), 0, ' ');
    for token in list {
        let c = match &token {
            TokenTree::Punct(punct) => punct.as_char(),
            _ => ' ',
        };
        match c {
            '<' => depth += 1,
            '>' if before != '-' => depth -= 1,
            _ => {}
        }
        before = c;
        match c {
            ',' if depth == 0 => parts.push(std::mem::take(&mut part)),
            _ => part.push(token),
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts.into_iter().map(parameter).collect()
}

fn parameter(mut tokens: Vec<TokenTree>) -> Result<Parameter, Failure> {
    let span = tokens[0].span();
    while is_punct(&tokens[0], '#') && tokens.len() > 2 {
        tokens.drain(..2);
    }
    let Some(colon) = tokens.iter().position(|token| is_punct(token, ':')) else {
        return Err((
            "methods cannot be exported: write a function whose first parameter is \
                     the object, and name it among the METHODS of its class"
                .to_string(),
            span,
        ));
    };
    let mut r#type = tokens.split_off(colon + 1);
    let name = match &tokens[..colon] {
        [.., TokenTree::Ident(name)] => name.to_string(),
        _ => "_".to_string(),
    };
    let is_reference = is_punct(&r#type[0], '&');
    if is_reference {
        r#type.remove(0);
        if is_punct(&r#type[0], '\'') {
            r#type.drain(..2);
        }
        if is_ident(&r#type[0], "mut") {
            let message = "objects that Lisp holds are shared: take `&T`, and put what changes \
                           behind a lock";
            return Err((message.to_string(), span));
        }
    }
    let path = r#type.iter().take_while(|token| !is_punct(token, '<'));
    let last = path.filter_map(|token| match token {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    });
    let last = last.last().unwrap_or_default();
    Ok(Parameter { name, is_reference, r#type: r#type.into_iter().collect(), last })
}

fn expand(function: &Function, options: TokenStream) -> Result<TokenStream, Failure> {
    let options: Vec<_> = options.into_iter().collect();
    let rust_name = function.name.to_string();
    let name = match &options[..] {
        [] => Some(rust_name.trim_start_matches("r#").to_string()),
        [key, equals, text] if is_ident(key, "name") && is_punct(equals, '=') => text_of(text),
        _ => None,
    };
    let Some(name) = name else {
        return Err(("the one option is `name = \"...\"`".to_string(), options[0].span()));
    };
    let takes_lisp = function.parameters.first().is_some_and(|p| p.last == "Lisp");
    let arguments = &function.parameters[takes_lisp as usize..];
    let has_rest = arguments.last().is_some_and(|p| p.last == "Rest");
    let fixed = &arguments[..arguments.len() - has_rest as usize];
    if let Some(early) = fixed.iter().find(|p| p.last == "Rest") {
        return Err((format!("`{}` must be the last parameter", early.name), function.name.span()));
    }
    let least = fixed.iter().rposition(|p| p.last != "Option").map_or(0, |place| place + 1);

    let mut signature = format!("({name}");
    let mut body = String::new();
    let mut call: Vec<String> = takes_lisp.then(|| "lisp".to_string()).into_iter().collect();
    for (place, parameter) in fixed.iter().enumerate() {
        let shown = parameter.name.trim_start_matches('_').replace('_', "-");
        signature += &match place < least {
            true => format!(" {shown}"),
            false => format!(" [{shown}]"),
        };
        let r#type = &parameter.r#type;
        let word = match place < least {
            true => format!("words[{place}]"),
            false => format!("words.get({place}).copied().unwrap_or(::plc::sys::NIL)"),
        };
        if parameter.is_reference {
            body += &format!(
                "let a{place} = unsafe {{ <<{type} as ::plc::Borrowed>::Owned as \
                 ::plc::FromLisp>::from_lisp(lisp, {word}) }}\
                 .map_err(|error| error.of_argument({place}))?;"
            );
            call.push(format!("<{type} as ::plc::Borrowed>::of(&a{place})"));
        } else {
            body += &format!(
                "let a{place} = unsafe {{ <{type} as ::plc::FromLisp>::from_lisp(lisp, {word}) }}\
                 .map_err(|error| error.of_argument({place}))?;"
            );
            call.push(format!("a{place}"));
        }
    }
    let mut most = fixed.len().to_string();
    if has_rest {
        let count = fixed.len();
        signature += " ...";
        most = "usize::MAX".to_string();
        body += &format!(
            "let rest = words.get({count}..).unwrap_or(&[]).iter()\
             .map(|word| unsafe {{ ::plc::FromLisp::from_lisp(lisp, *word) }})\
             .collect::<::plc::Result<::std::vec::Vec<::plc::Value>>>()?;"
        );
        call.push("::plc::Rest(rest)".to_string());
    }
    signature += ")";
    let (visibility, doc, call) = (&function.visibility, &function.doc, call.join(", "));
    // A module and a function of one name do not get in each other's way.
    let text = format!(
        "#[doc(hidden)] #[allow(non_snake_case, unused_variables, clippy::all)]\
         unsafe fn plc_call_{bare}(lisp: &::plc::Lisp, words: &[::plc::sys::Word])\
         -> ::plc::Result<::plc::sys::Word> {{\
             {body} ::plc::ToLisp::to_lisp(self::{rust_name}({call}), lisp)\
         }}\
         #[doc(hidden)] #[allow(non_snake_case)] {visibility} mod {rust_name} {{\
             pub static EXPORT: ::plc::Export = ::plc::Export {{\
                 name: {name:?}, signature: {signature:?}, doc: {doc:?},\
                 least: {least}, most: {most}, code: super::plc_call_{bare},\
             }};\
         }}",
        bare = rust_name.trim_start_matches("r#"),
    );
    text.parse().map_err(|error| (format!("internal: {error}"), function.name.span()))
}
