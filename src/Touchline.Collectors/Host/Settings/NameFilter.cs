using Touchline.Model;

namespace Touchline.Collectors.Host.Settings;

/// <summary>Which names a collector speaks of: all, without those that one expression finds itself in, and only those of another. Thread-safe.</summary>
internal sealed class NameFilter(SearchRegex? exclude, SearchRegex? include)
{
    public static NameFilter Of(HostOptions options, NodeFlag exclude, NodeFlag include) =>
        new(Pattern(options.Flags.Text(exclude)), Pattern(options.Flags.Text(include)));

    /// <summary>A filter that leaves out what an expression finds itself in.</summary>
    public static NameFilter Excluding(HostOptions options, NodeFlag exclude) => new(Pattern(options.Flags.Text(exclude)), null);

    /// <summary>A filter that knows only what an expression finds itself in.</summary>
    public static NameFilter Including(HostOptions options, NodeFlag include) => new(null, Pattern(options.Flags.Text(include)));

    /// <summary>As <see cref="Of"/>, with expressions that match whole names.</summary>
    public static NameFilter OfWhole(HostOptions options, NodeFlag exclude, NodeFlag include) =>
        new(Pattern(Whole(options.Flags.Text(exclude))), Pattern(Whole(options.Flags.Text(include))));

    public bool Allows(string name) => exclude?.IsMatch(name) != true && include?.IsMatch(name) != false;

    /// <summary>What is wrong with an expression, null where nothing is.</summary>
    public static string? Problem(string text)
    {
        try
        {
            Pattern(text);
            return null;
        }
        catch (RegexSyntaxException e)
        {
            return e.Message;
        }
    }

    private static string Whole(string text) => text.Length == 0 ? "" : $"^(?:{text})$";

    private static SearchRegex? Pattern(string text) => text.Length == 0 ? null : new SearchRegex(text);
}
