using System.Collections.Immutable;
using System.Globalization;

namespace Touchline.Collectors.Host.Settings;

/// <summary>What was given for the flags of host collectors; every other flag has its default. Immutable.</summary>
public sealed class NodeFlagValues
{
    private readonly ImmutableDictionary<string, IReadOnlyList<string>> _given;

    private NodeFlagValues(ImmutableDictionary<string, IReadOnlyList<string>> given) => _given = given;

    public static NodeFlagValues Defaults { get; } = new(ImmutableDictionary.Create<string, IReadOnlyList<string>>(StringComparer.Ordinal));

    /// <summary>The same with a flag given: <c>true</c> or <c>false</c> for a switch.</summary>
    public NodeFlagValues With(NodeFlag flag, params IReadOnlyList<string> values) => new(_given.SetItem(flag.Name, values));

    public bool IsGiven(NodeFlag flag) => _given.ContainsKey(flag.Name);

    public bool IsOn(NodeFlag flag) => Text(flag) == "true";

    /// <summary>Empty where it was not given and has no default, or where its rival was given.</summary>
    public string Text(NodeFlag flag) => List(flag) is [.., var last] ? last : "";

    /// <summary>All values of a flag that may be given several times, empty ones left out.</summary>
    public IReadOnlyList<string> List(NodeFlag flag)
    {
        if (_given.TryGetValue(flag.Name, out var given))
        {
            return [.. given.Where(value => value.Length > 0)];
        }
        var overruled = flag.Rival is { } rival && Text(rival, given: true).Length > 0;
        return flag.Default.Length == 0 || overruled ? [] : [flag.Default];
    }

    /// <exception cref="FormatException">It is no whole number.</exception>
    public int Number(NodeFlag flag) => int.Parse(Text(flag), NumberStyles.Integer, CultureInfo.InvariantCulture);

    /// <summary>What is wrong with the values of a flag: an expression that is none, or a rival beside it.</summary>
    public IEnumerable<string> Mistakes(NodeFlag flag)
    {
        if (flag.Rival is { } rival && Text(flag, given: true).Length > 0 && Text(rival, given: true).Length > 0)
        {
            yield return $"must not be given beside --{rival.Name}";
        }
        if (flag.Kind == NodeFlagKind.Pattern && NameFilter.Problem(Text(flag)) is { } problem)
        {
            yield return problem;
        }
        if (flag.Check?.Invoke(Text(flag)) is { } mistake)
        {
            yield return mistake;
        }
        if (flag.CheckBeside?.Invoke(this, Text(flag)) is { } conflict)
        {
            yield return conflict;
        }
    }

    private string Text(NodeFlag flag, bool given) => given && !IsGiven(flag) ? "" : Text(flag);
}
