namespace FootballPrediction.League;

/// <summary>"Did you mean": the candidate that the fewest slips of the keyboard turn into what was typed.</summary>
internal static class Suggestion
{
    /// <summary>Longer input is no slip of the keyboard, and comparing it would cost its length squared.</summary>
    private const int LongestInput = 64;

    public static string? Nearest(string typed, IEnumerable<string> candidates)
    {
        typed = typed.Trim();
        if (typed.Length is 0 or > LongestInput)
        {
            return null;
        }

        string? best = null;
        int bestDistance = int.MaxValue;
        foreach (string candidate in candidates)
        {
            int distance = IsStartOf(typed, candidate) ? 1 : Distance(typed, candidate);
            if (distance < bestDistance && distance <= Math.Max(1, candidate.Length / 3))
            {
                best = candidate;
                bestDistance = distance;
            }
        }

        return best;
    }

    private static bool IsStartOf(string typed, string candidate) =>
        typed.Length >= 3 && candidate.StartsWith(typed, StringComparison.OrdinalIgnoreCase);

    /// <summary>Edits, counting two swapped neighbours as one (optimal string alignment).</summary>
    private static int Distance(string left, string right)
    {
        left = left.ToUpperInvariant();
        right = right.ToUpperInvariant();
        int[,] edits = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
        {
            edits[i, 0] = i;
        }

        for (int j = 0; j <= right.Length; j++)
        {
            edits[0, j] = j;
        }

        for (int i = 1; i <= left.Length; i++)
        {
            for (int j = 1; j <= right.Length; j++)
            {
                int change = left[i - 1] == right[j - 1] ? 0 : 1;
                int best = Math.Min(Math.Min(edits[i - 1, j] + 1, edits[i, j - 1] + 1), edits[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    best = Math.Min(best, edits[i - 2, j - 2] + 1);
                }

                edits[i, j] = best;
            }
        }

        return edits[left.Length, right.Length];
    }
}
