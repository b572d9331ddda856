using System.Text.RegularExpressions;
using Touchline.Model;

namespace Touchline.Collectors.Host.Settings;

/// <summary>Which names a collector speaks of: all, without those that one expression finds itself in, and only those of another. Thread-safe.</summary>
internal sealed class NameFilter
{
    private readonly Func<string, bool>? _exclude;
    private readonly Func<string, bool>? _include;

    private NameFilter(Func<string, bool>? exclude, Func<string, bool>? include) => (_exclude, _include) = (exclude, include);

    public static NameFilter Of(HostOptions options, NodeFlag exclude, NodeFlag include) => new(Pattern(options, exclude), Pattern(options, include));

    /// <summary>A filter that leaves out what an expression finds itself in.</summary>
    public static NameFilter Excluding(HostOptions options, NodeFlag exclude) => new(Pattern(options, exclude), null);

    /// <summary>A filter that knows only what an expression finds itself in.</summary>
    public static NameFilter Including(HostOptions options, NodeFlag include) => new(null, Pattern(options, include));

    /// <summary>As <see cref="Of"/>, with expressions that match whole names.</summary>
    public static NameFilter OfWhole(HostOptions options, NodeFlag exclude, NodeFlag include) =>
        new(Pattern(options, exclude, isWhole: true), Pattern(options, include, isWhole: true));

    public bool Allows(string name) => _exclude?.Invoke(name) != true && _include?.Invoke(name) != false;

    /// <summary>What is wrong with an expression, null where nothing is.</summary>
    public static string? Problem(string text)
    {
        try
        {
            _ = new SearchRegex(text);
            return null;
        }
        catch (RegexSyntaxException e)
        {
            return e.Message;
        }
    }

    /// <summary>
    /// Null where there is none. Expressions from outside are RE2's and take linear time. The linear engine's tables took 15 MB for the collectors' own expressions, which are written
    /// so that they mean the same to the platform's engine, and whose matching needs no limit.
    /// </summary>
    private static Func<string, bool>? Pattern(HostOptions options, NodeFlag flag, bool isWhole = false)
    {
        if (options.Flags.Text(flag) is not { Length: > 0 } text)
        {
            return null;
        }
        var pattern = isWhole ? $"^(?:{text})$" : text;
        return options.Flags.IsGiven(flag) ? new SearchRegex(pattern).IsMatch : new Regex(pattern, RegexOptions.CultureInvariant).IsMatch;
    }
}
