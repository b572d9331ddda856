namespace Touchline.Configuration;

/// <summary>A value that is never printed: <see cref="ToString"/> gives <c>&lt;secret&gt;</c>, so that logs and API answers cannot leak it.</summary>
public sealed record Secret(string Value)
{
    public override string ToString() => "<secret>";
}
