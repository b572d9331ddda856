namespace Touchline.Configuration.Syntax;

/// <summary>The text is no YAML or JSON document that can be read, so that nothing can be said of what it holds.</summary>
internal sealed class ConfigSyntaxException(TextPosition at, string message) : FormatException(message)
{
    public TextPosition At { get; } = at;
}
