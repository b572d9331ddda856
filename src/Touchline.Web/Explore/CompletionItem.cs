namespace Touchline.Web.Explore;

/// <summary>
/// One thing to write. <paramref name="Kind"/> is what the list shows as its class; the caret goes <paramref name="CaretBack"/> characters before the end of
/// what is inserted.
/// </summary>
internal sealed record CompletionItem(string Label, string Kind, string Detail, string Insert, int CaretBack = 0);

/// <summary>What can stand in place of the characters from <paramref name="Start"/> to <paramref name="End"/>.</summary>
internal sealed record CompletionList(int Start, int End, IReadOnlyList<CompletionItem> Items)
{
    public static CompletionList Empty(int caret) => new(caret, caret, []);
}
