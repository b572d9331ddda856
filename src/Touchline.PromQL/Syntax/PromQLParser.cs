namespace Touchline.PromQL.Syntax;

/// <summary>Parses and type-checks PromQL.</summary>
public static class PromQLParser
{
    /// <exception cref="PromQLSyntaxException">The query is not valid.</exception>
    public static Expr Parse(string query, PromQLFeatures features) => throw new NotImplementedException();

    /// <summary>Parses a series selector (<c>up{job="x"}</c>), as <c>match[]</c> takes it.</summary>
    /// <exception cref="PromQLSyntaxException">The selector is not valid.</exception>
    public static VectorSelector ParseSelector(string selector) => throw new NotImplementedException();
}
