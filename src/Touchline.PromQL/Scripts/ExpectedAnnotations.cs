namespace Touchline.PromQL.Scripts;

/// <summary>Compares warnings and infos with what a script expects of them.</summary>
internal static class ExpectedAnnotations
{
    /// <summary>What differs, or null.</summary>
    public static string? Compare(EvalCommand eval, string query, IReadOnlyList<Annotation> annotations)
    {
        var warnings = Messages(AnnotationLevel.Warning);
        var infos = Messages(AnnotationLevel.Info);
        return Compare("warning", eval.Warnings, warnings)
            ?? Compare("info", eval.Infos, infos)
            ?? (eval.NoWarnings && warnings.Count > 0 ? $"unexpected warnings: {string.Join("; ", warnings)}" : null)
            ?? (eval.NoInfos && infos.Count > 0 ? $"unexpected infos: {string.Join("; ", infos)}" : null);

        List<string> Messages(AnnotationLevel level) => [.. annotations.Where(a => a.Level == level).Select(a => a.Describe(query))];
    }

    private static string? Compare(string kind, IReadOnlyList<ExpectedMessage> expected, List<string> found)
    {
        foreach (var message in expected)
        {
            if (!found.Exists(message.Matches))
            {
                return $"expected a {kind} with {message}, found {(found.Count == 0 ? "none" : string.Join("; ", found))}";
            }
        }
        // Where one is expected, all that are given must be.
        return expected.Count > 0 && found.Find(f => !expected.Any(e => e.Matches(f))) is { } surplus ? $"unexpected {kind}: {surplus}" : null;
    }
}
