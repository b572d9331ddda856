using System.Text.RegularExpressions;

namespace Touchline.Collectors.Host.Settings;

/// <summary>Which names a collector speaks of: all, without those that one expression finds itself in, and only those of another. Thread-safe.</summary>
internal sealed class NameFilter(Regex? exclude, Regex? include)
{
    public static NameFilter Of(HostOptions options, NodeFlag exclude, NodeFlag include) =>
        new(Pattern(options, exclude), Pattern(options, include));

    /// <summary>A filter that leaves out what an expression finds itself in.</summary>
    public static NameFilter Excluding(HostOptions options, NodeFlag exclude) => new(Pattern(options, exclude), null);

    /// <summary>A filter that knows only what an expression finds itself in.</summary>
    public static NameFilter Including(HostOptions options, NodeFlag include) => new(null, Pattern(options, include));

    /// <summary>As <see cref="Of"/>, with expressions that match whole names.</summary>
    public static NameFilter OfWhole(HostOptions options, NodeFlag exclude, NodeFlag include) =>
        new(WholePattern(options, exclude), WholePattern(options, include));

    public bool Allows(string name) => exclude?.IsMatch(name) != true && include?.IsMatch(name) != false;

    /// <summary>What is wrong with an expression, null where nothing is.</summary>
    public static string? Problem(string text)
    {
        try
        {
            Pattern(text, RegexOptions.NonBacktracking);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return e.Message;
        }
    }

    private static Regex? WholePattern(HostOptions options, NodeFlag flag) =>
        options.Flags.Text(flag) is { Length: > 0 } text ? Pattern($@"^(?:{text})\z", EngineFor(options, flag)) : null;

    private static Regex? Pattern(HostOptions options, NodeFlag flag) => Pattern(options.Flags.Text(flag), EngineFor(options, flag));

    /// <summary>The linear engine's tables took 15 MB for the collectors' own expressions, whose matching needs no limit; those from outside need one.</summary>
    private static RegexOptions EngineFor(HostOptions options, NodeFlag flag) => options.Flags.IsGiven(flag) ? RegexOptions.NonBacktracking : RegexOptions.None;

    /// <summary>
    /// Null where there is none. The platform's own expressions, which look anywhere in a name: an expression for whole values as
    /// Prometheus has them, with anything allowed before and behind, takes a second to build for all collectors.
    /// </summary>
    private static Regex? Pattern(string text, RegexOptions engine) => text.Length == 0 ? null : new Regex(text, RegexOptions.CultureInvariant | engine);
}
