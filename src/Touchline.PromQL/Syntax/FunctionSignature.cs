namespace Touchline.PromQL.Syntax;

/// <summary>
/// Name and types of a function. <paramref name="Optional"/> arguments at the end may be left out; with <paramref name="Variadic"/> the last
/// type may repeat without limit. Experimental ones need the feature flag <c>promql-experimental-functions</c>.
/// </summary>
public sealed record FunctionSignature(string Name, IReadOnlyList<ExprType> ArgumentTypes, int Optional, bool Variadic, ExprType ReturnType, bool Experimental = false);
