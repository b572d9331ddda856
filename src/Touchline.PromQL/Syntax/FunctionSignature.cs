namespace Touchline.PromQL.Syntax;

/// <summary>
/// Name and types of a function. <paramref name="Optional"/> arguments at the end may be left out; with <paramref name="Variadic"/> the last
/// type may repeat without limit. Experimental ones need the feature flag <c>promql-experimental-functions</c>.
/// </summary>
public sealed record FunctionSignature(string Name, IReadOnlyList<ExprType> ArgumentTypes, int Optional, bool Variadic, ExprType ReturnType, bool Experimental = false)
{
    /// <summary>How often the last argument of a variadic function may be there; null is without limit.</summary>
    public int? VariadicLimit { get; init; }

    public int MinArguments => ArgumentTypes.Count - Optional;

    /// <summary>Null where there is no limit.</summary>
    public int? MaxArguments => !Variadic ? ArgumentTypes.Count : VariadicLimit is { } limit ? ArgumentTypes.Count - 1 + limit : null;

    /// <summary>The number that Prometheus's API gives: how many arguments may follow the required ones, -1 for any number, 0 for none.</summary>
    internal int VariadicCount => !Variadic ? Optional : VariadicLimit ?? -1;
}
