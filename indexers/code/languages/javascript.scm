; Blocks: declared functions and classes, and functions that are assigned to a name.
(function_declaration name: (identifier) @name) @block.function
(generator_function_declaration name: (identifier) @name) @block.function
(class_declaration name: (identifier) @name) @block.class
(variable_declarator name: (identifier) @name value: (class)) @block.class
(method_definition name: (_) @name) @block.method
(field_definition property: (_) @name value: [(arrow_function) (function_expression)]) @block.method
(variable_declarator name: (identifier) @name
  value: [(arrow_function) (function_expression) (generator_function)]) @block.function
(variable_declarator name: (identifier) @name
  value: (call_expression arguments: (arguments [(arrow_function) (function_expression)]))) @block.wrapped
(assignment_expression left: [(identifier) (member_expression)] @name
  right: [(arrow_function) (function_expression) (generator_function)]) @block.function
(pair key: [(property_identifier) (string)] @name value: [(arrow_function) (function_expression)]) @block.function
((export_statement value: [(arrow_function) (function_expression)]) @block.function (#set! name "default"))
((export_statement value: (class)) @block.class (#set! name "default"))
; A handler passed to a call at the top of a file (routes, event listeners) is named after the call.
(call_expression function: (_) @name
  arguments: (arguments . (string) @first [(arrow_function) (function_expression)] @block.anonymous))
(call_expression function: (_) @name
  arguments: (arguments [(arrow_function) (function_expression)] @block.anonymous))

(variable_declarator name: (identifier) @name value: (object)) @scope
(assignment_expression left: (member_expression) @name right: (object)) @scope

; Calls.
(call_expression function: (identifier) @callee arguments: (arguments) @arguments)
(call_expression function: (super) @callee arguments: (arguments) @arguments)
(call_expression function: (member_expression object: (_) @receiver property: (_) @callee)
  arguments: (arguments) @arguments)
(new_expression constructor: (_) @created arguments: (arguments)? @arguments)

; Imports and require().
(import_statement (import_clause (identifier) @import.alias) source: (string (string_fragment) @import.module))
(import_statement (import_clause (named_imports (import_specifier !alias name: (identifier) @import.name)))
  source: (string (string_fragment) @import.module))
(import_statement (import_clause (named_imports
  (import_specifier name: (identifier) @import.name alias: (identifier) @import.alias)))
  source: (string (string_fragment) @import.module))
(import_statement (import_clause (namespace_import (identifier) @import.alias))
  source: (string (string_fragment) @import.module))
((variable_declarator name: (identifier) @import.alias value: (call_expression function: (identifier) @require
  arguments: (arguments (string (string_fragment) @import.module)))) (#eq? @require "require"))
((variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @import.name)
  value: (call_expression function: (identifier) @require
  arguments: (arguments (string (string_fragment) @import.module)))) (#eq? @require "require"))

; Objects made on the spot.
(variable_declarator name: (identifier) @typed.name value: (new_expression constructor: (_) @typed.type))
(assignment_expression left: (member_expression) @typed.name right: (new_expression constructor: (_) @typed.type))
(field_definition property: (_) @typed.name value: (new_expression constructor: (_) @typed.type))

(class_heritage (_) @base)
(formal_parameters [
  (identifier) @parameter
  (assignment_pattern left: (identifier) @parameter)
  (rest_pattern (identifier) @parameter.rest)])
