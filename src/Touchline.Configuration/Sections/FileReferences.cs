using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>Looks whether the files that a configuration names are there and can be read.</summary>
internal static class FileReferences
{
    public static void Check(IEnumerable<FileReference> references)
    {
        foreach (var reference in references)
        {
            switch (reference.Kind)
            {
                case FileReferenceKind.Rules:
                    CheckRules(reference);
                    break;
                case FileReferenceKind.Discovery:
                    CheckDiscovery(reference);
                    break;
                case FileReferenceKind.Credentials:
                    CheckReadable(reference, "credentials file");
                    break;
                case FileReferenceKind.Scripts:
                    CheckReadable(reference, "script");
                    break;
                default:
                    CheckReadable(reference, "TLS file");
                    break;
            }
        }
    }

    private static void CheckRules(FileReference reference)
    {
        // A pattern may match nothing yet; a name without wildcards is meant.
        if (PathGlob.Expand(reference.Path).Count > 0)
        {
            return;
        }
        if (PathGlob.HasWildcard(reference.Path))
        {
            reference.Findings.Warning(reference.At, $"no rule file matches {QuotedString.Of(reference.Path)}");
        }
        else
        {
            reference.Findings.Error(reference.At, $"rule file {QuotedString.Of(reference.Path)} does not point to an existing file");
        }
    }

    private static void CheckDiscovery(FileReference reference)
    {
        var files = PathGlob.Expand(reference.Path);
        if (files.Count == 0)
        {
            // The file may be written later, which is what file discovery is for.
            reference.Findings.Warning(reference.At, $"file {QuotedString.Of(reference.Path)} for file_sd does not exist");
        }
        foreach (var file in files)
        {
            TargetGroupFile.Check(file, reference.Findings.For(file));
        }
    }

    private static void CheckReadable(FileReference reference, string what)
    {
        try
        {
            using var stream = PlainFile.OpenRead(reference.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reference.Findings.Error(reference.At, $"error checking {what} {QuotedString.Of(reference.Path)}: {ConfigText.Reason(e)}");
        }
    }
}
