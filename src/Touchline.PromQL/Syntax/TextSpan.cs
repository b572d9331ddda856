namespace Touchline.PromQL.Syntax;

/// <summary>A place in a query: start inclusive, end exclusive, in UTF-16 code units from 0.</summary>
public readonly record struct TextSpan(int Start, int End);
