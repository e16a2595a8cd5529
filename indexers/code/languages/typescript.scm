; Blocks: declared functions and classes, and functions that are assigned to a name. Also serves TSX.
(function_declaration name: (identifier) @name) @block.function
(generator_function_declaration name: (identifier) @name) @block.function
(class_declaration name: (type_identifier) @name) @block.class
(abstract_class_declaration name: (type_identifier) @name) @block.class
(interface_declaration name: (type_identifier) @name) @block.class
(enum_declaration name: (identifier) @name) @block.class
(variable_declarator name: (identifier) @name value: (class)) @block.class
(method_definition name: (_) @name) @block.method
(public_field_definition name: (_) @name value: [(arrow_function) (function_expression)]) @block.method
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

(internal_module name: (_) @name) @scope
(module name: (identifier) @name) @scope
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

; Declared types and objects made on the spot.
(required_parameter pattern: (identifier) @typed.name type: (type_annotation (_) @typed.type))
(optional_parameter pattern: (identifier) @typed.name type: (type_annotation (_) @typed.type))
(variable_declarator name: (identifier) @typed.name type: (type_annotation (_) @typed.type))
(public_field_definition name: (_) @typed.name type: (type_annotation (_) @typed.type))
(variable_declarator name: (identifier) @typed.name value: (new_expression constructor: (_) @typed.type))
(assignment_expression left: (member_expression) @typed.name right: (new_expression constructor: (_) @typed.type))
(public_field_definition name: (_) @typed.name value: (new_expression constructor: (_) @typed.type))

(class_heritage (extends_clause value: (_) @base))
(class_heritage (implements_clause (_) @base))
(extends_type_clause type: (_) @base)
(formal_parameters (required_parameter pattern: (identifier) @parameter))
(formal_parameters (optional_parameter pattern: (identifier) @parameter))
(formal_parameters (required_parameter pattern: (rest_pattern (identifier) @parameter.rest)))
