using System.CommandLine;

namespace Touchline.Cli;

/// <summary>Makes flags of the server.</summary>
internal static class FlagMaker
{
    /// <param name="name">Without the dashes.</param>
    /// <param name="value">What it is where it is not given.</param>
    /// <param name="description">For <c>--help</c>.</param>
    /// <param name="helpName">What <c>--help</c> calls its value.</param>
    /// <param name="otherNames">Names that it is taken by too, without the dashes.</param>
    public static Option<string> Text(string name, string value, string description, string helpName, params string[] otherNames) => new("--" + name, [.. otherNames.Select(other => "--" + other)])
    {
        Description = description,
        HelpName = helpName,
        DefaultValueFactory = _ => value,
    };

    /// <inheritdoc cref="Text"/>
    public static Option<bool> Switch(string name, string description, bool value = false, params string[] otherNames) => new("--" + name, [.. otherNames.Select(other => "--" + other)])
    {
        Description = description,
        DefaultValueFactory = _ => value,
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>One that may be given more than once; nothing where it is not.</summary>
    /// <inheritdoc cref="Text"/>
    public static Option<string[]> List(string name, string description, string helpName) => new("--" + name)
    {
        Description = description,
        HelpName = helpName,
        DefaultValueFactory = _ => [],
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };
}
