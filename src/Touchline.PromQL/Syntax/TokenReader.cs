namespace Touchline.PromQL.Syntax;

/// <summary>
/// One word of lookahead over the lexer, and the errors found. A word is read no earlier than it is asked for, so that errors come in
/// the order in which the query is read.
/// </summary>
internal sealed class TokenReader(string query, PromQLFeatures features, int maxDepth = TokenReader.MaxDepth)
{
    /// <summary>Nesting beyond this needs a <see cref="DeepStack"/>: parsing and evaluating recurse.</summary>
    public const int MaxDepth = 500;

    /// <summary>Nesting beyond this is refused.</summary>
    public const int MaxDeepDepth = 20_000;

    private readonly PromQLLexer _lexer = new(query, features);
    private readonly List<SyntaxError> _errors = [];
    private readonly Stack<(string Place, string Expected)> _contexts = new([("", "")]);
    private Token? _next;
    private int _depth;

    public string Query => query;

    /// <summary>How deep the query may nest.</summary>
    public int Limit => maxDepth;

    public PromQLFeatures Features => features;

    public IReadOnlyList<SyntaxError> Errors => _errors;

    /// <summary>Where the last taken word ended.</summary>
    public int LastEnd { get; private set; }

    public Token Peek()
    {
        if (_next is not { } token)
        {
            token = _lexer.Next();
            _next = token;
            if (token.Kind == TokenKind.Error)
            {
                Add(token.Span, token.Text);
                throw new PromQLSyntaxException(_errors);
            }
        }
        return token;
    }

    public Token Take()
    {
        var token = Peek();
        _next = null;
        LastEnd = token.End;
        return token;
    }

    public bool TryTake(TokenKind kind)
    {
        if (Peek().Kind != kind)
        {
            return false;
        }
        Take();
        return true;
    }

    /// <summary>Takes a word of that kind or fails.</summary>
    public Token Expect(TokenKind kind) => Peek().Kind == kind ? Take() : throw Unexpected();

    /// <summary>Notes an error after which parsing can go on.</summary>
    public void Add(TextSpan span, string message) => _errors.Add(SyntaxError.At(query, span, message));

    /// <summary>What an unexpected word will be said to stand in, and what would be right, until <see cref="Leave"/>.</summary>
    public void Enter(string place, string expected) => _contexts.Push((place, expected));

    public void Leave() => _contexts.Pop();

    /// <summary>Changes what would be right at the innermost place.</summary>
    public void Expecting(string place, string expected)
    {
        Leave();
        Enter(place, expected);
    }

    /// <summary>The error that the next word cannot stand here.</summary>
    public PromQLSyntaxException Unexpected()
    {
        var token = Peek();
        var (place, expected) = _contexts.Peek();
        Add(token.Span, $"unexpected {token.Describe()}{(place.Length > 0 ? " in " + place : "")}{(expected.Length > 0 ? ", expected " + expected : "")}");
        return new PromQLSyntaxException(_errors);
    }

    public void Descend(TextSpan at)
    {
        if (++_depth > maxDepth)
        {
            throw TooDeep(at);
        }
    }

    public void Ascend() => _depth--;

    public PromQLSyntaxException TooDeep(TextSpan at)
    {
        Add(at, $"expression is nested too deeply, at most {maxDepth} levels are allowed");
        return new PromQLSyntaxException(_errors) { IsTooDeep = true };
    }
}
