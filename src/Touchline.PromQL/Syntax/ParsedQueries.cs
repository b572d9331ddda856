using System.Collections.Concurrent;

namespace Touchline.PromQL.Syntax;

/// <summary>
/// The queries that were parsed lately, by their text: dashboards ask the same again and again. All are forgotten when there is no room for another. Thread-safe.
/// </summary>
internal sealed class ParsedQueries(PromQLFeatures features)
{
    private const int MostKept = 1024;

    /// <summary>Longer texts are rare, and would take more memory than parsing them is worth.</summary>
    private const int LongestKept = 4096;

    private readonly ConcurrentDictionary<string, Expr> _byText = new(StringComparer.Ordinal);

    /// <summary>As <see cref="PromQLParser.Use"/>.</summary>
    /// <exception cref="PromQLSyntaxException">The query is not valid.</exception>
    public T Use<T>(string query, Func<Expr, T> use)
    {
        if (_byText.TryGetValue(query, out var known))
        {
            return use(known);
        }
        Expr expr;
        try
        {
            expr = PromQLParser.Parse(query, features);
        }
        catch (PromQLSyntaxException e) when (e.IsTooDeep)
        {
            // Not to be kept: whoever found it would go through it on a stack that is too small.
            return PromQLParser.Use(query, features, use);
        }
        if (query.Length <= LongestKept)
        {
            if (_byText.Count >= MostKept)
            {
                _byText.Clear();
            }
            _byText.TryAdd(query, expr);
        }
        return use(expr);
    }
}
