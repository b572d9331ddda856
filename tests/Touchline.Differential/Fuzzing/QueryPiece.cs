using Touchline.PromQL.Syntax;

namespace Touchline.Differential.Fuzzing;

/// <summary>A part of a query: its text in order, in which smaller queries stand. It can be made simpler in many ways.</summary>
internal sealed class QueryPiece(ExprType type, IReadOnlyList<PiecePart> parts)
{
    public ExprType Type { get; } = type;

    public string Text => string.Concat(parts.Select(p => p.Piece?.Text ?? p.Text));

    public static QueryPiece Of(ExprType type, params PiecePart[] parts) => new(type, parts);

    /// <summary>All queries that are one step simpler, the simplest first.</summary>
    public IEnumerable<QueryPiece> Simpler()
    {
        foreach (var child in Children)
        {
            if (child.Type is ExprType.Vector or ExprType.Scalar || child.Type == Type)
            {
                yield return child;
            }
        }
        foreach (var smaller in SimplerAlike())
        {
            yield return smaller;
        }
    }

    private IEnumerable<QueryPiece> Children => parts.Select(p => p.Piece).OfType<QueryPiece>();

    /// <summary>Those of the same type, so that they can stand where this one stands.</summary>
    private IEnumerable<QueryPiece> SimplerAlike()
    {
        foreach (var child in Children.Where(c => c.Type == Type))
        {
            yield return child;
        }
        if (Type == ExprType.Scalar && Text.Length > 1)
        {
            yield return Of(ExprType.Scalar, "1");
        }
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].IsOptional)
            {
                yield return With(i, null);
            }
            foreach (var smaller in parts[i].Piece?.SimplerAlike() ?? [])
            {
                yield return With(i, new PiecePart(null, smaller));
            }
        }
    }

    private QueryPiece With(int index, PiecePart? part) =>
        new(Type, [.. parts.Take(index), .. part is null ? (PiecePart[])[] : [part], .. parts.Skip(index + 1)]);
}

/// <summary>Text, text that may be left out, or a smaller query.</summary>
internal sealed record PiecePart(string? Text, QueryPiece? Piece, bool IsOptional = false)
{
    public static implicit operator PiecePart(string text) => new(text, null);

    public static implicit operator PiecePart(QueryPiece piece) => new(null, piece);

    public static PiecePart Optional(string text) => new(text, null, true);
}
