namespace Touchline.PromQL.Syntax;

/// <summary>Parses and type-checks PromQL.</summary>
public static class PromQLParser
{
    /// <exception cref="PromQLSyntaxException">The query is not valid, or nests deeper than an ordinary stack takes.</exception>
    public static Expr Parse(string query, PromQLFeatures features) => Parse(new TokenReader(query, features));

    /// <summary>
    /// Parses, however deep the query nests within reason, and does something with what came out. A deep query is parsed and used on a thread of its
    /// own, so that whoever walks over it may recurse.
    /// </summary>
    /// <exception cref="PromQLSyntaxException">The query is not valid.</exception>
    public static T Use<T>(string query, PromQLFeatures features, Func<Expr, T> use)
    {
        Expr expr;
        try
        {
            expr = Parse(query, features);
        }
        catch (PromQLSyntaxException e) when (e.IsTooDeep)
        {
            return DeepStack.Run(() => use(Parse(new TokenReader(query, features, TokenReader.MaxDeepDepth))));
        }
        return use(expr);
    }

    private static Expr Parse(TokenReader reader)
    {
        if (reader.Peek().Kind == TokenKind.EndOfInput)
        {
            reader.Add(default, "no expression found in input");
            throw new PromQLSyntaxException(reader.Errors);
        }
        var expr = new ExpressionParser(reader).Parse();
        if (reader.Peek().Kind != TokenKind.EndOfInput)
        {
            throw reader.Unexpected();
        }
        return Check(expr, reader);
    }

    /// <summary>Parses a series selector (<c>up{job="x"}</c>), as <c>match[]</c> takes it.</summary>
    /// <param name="selector">The text.</param>
    /// <param name="mayBeEmpty">Whether it may select every series (<c>{}</c>), which a query may not.</param>
    /// <exception cref="PromQLSyntaxException">The selector is not valid.</exception>
    public static VectorSelector ParseSelector(string selector, bool mayBeEmpty = false)
    {
        var reader = new TokenReader(selector, PromQLFeatures.None);
        var parsed = new SelectorParser(reader).Parse();
        if (reader.Peek().Kind != TokenKind.EndOfInput)
        {
            throw reader.Unexpected();
        }
        return mayBeEmpty && reader.Errors.Count == 0 ? parsed : (VectorSelector)Check(parsed, reader);
    }

    private static Expr Check(Expr expr, TokenReader reader)
    {
        if (ExprTree.FindDeeperThan(expr, reader.Limit) is { } deep)
        {
            throw reader.TooDeep(deep.Span);
        }
        // Types are checked only where the syntax is right: after an error they would be guesses.
        if (reader.Errors.Count == 0)
        {
            expr = new TypeChecker(reader).Check(expr);
        }
        return reader.Errors.Count == 0 ? expr : throw new PromQLSyntaxException(reader.Errors);
    }
}
