using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Sections;

internal enum FileReferenceKind
{
    Rules,
    Discovery,
    Credentials,
    Tls,
    Scripts,
}

/// <summary>A file that a configuration names, with the place where it does, for a check that it is there.</summary>
internal sealed record FileReference(FileReferenceKind Kind, string Path, Findings Findings, TextPosition At);
