using Touchline.Collectors.Host.Disks;

namespace Touchline.Collectors.Tests.Host.Disks;

public sealed class RaidArrayTests
{
    [Theory]
    [InlineData("Personalities : \nunused devices: <none>\n")]
    [InlineData("")]
    public void Machine_without_arrays_has_none(string text) => Assert.Empty(RaidArray.ReadAll(text));

    [Fact]
    public void Degraded_array_lacks_disks()
    {
        var array = Read("md127 : active raid1 sdi2[0] sdj2[1](F) sdk[2](S)\n      312319552 blocks [2/1] [U_]\n");

        Assert.Equal((RaidActivity.Active, 2, 1, 1, 1), (array.Activity, array.Disks, array.ActiveDisks, array.FailedDisks, array.SpareDisks));
        Assert.Equal((312319552, 312319552), (array.Blocks, array.BlocksSynced));
    }

    [Theory]
    [InlineData("[=>....]  recovery =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec", "Recovering", 16775552)]
    [InlineData("[=>....]  resync =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec", "Resyncing", 16775552)]
    [InlineData("[=>....]  check =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec", "Checking", 16775552)]
    [InlineData("[=>....]  reshape =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec", "Reshaping", 16775552)]
    [InlineData("\tresync=DELAYED", "Resyncing", 0)]
    [InlineData("\tresync=PENDING", "Resyncing", 0)]
    [InlineData("bitmap: 0/1 pages [0KB], 65536KB chunk", "Active", 195310144)]
    [InlineData("bitmap: 0/1 pages [0KB], 65536KB chunk\n      [>] recovery = 0.1% (7/9) finish=1min speed=1K/sec", "Recovering", 7)]
    [InlineData("", "Active", 195310144)]
    public void Activity_and_progress_stand_below(string line, string activity, double synced)
    {
        var array = Read($"md8 : active raid1 sdb1[1] sda1[0]\n      195310144 blocks [2/2] [UU]\n      {line}\n");

        Assert.Equal((activity, synced), (array.Activity.ToString(), array.BlocksSynced));
    }

    [Theory]
    [InlineData("md0 : active\n")]
    [InlineData("md0 : active raid1 sda[0]")]
    [InlineData("md0 : active raid1 sda[0]\n      many blocks [2/2] [UU]\n")]
    [InlineData("md0 : active raid1 sda[0]\n      100 blocks\n")]
    [InlineData("md0 : active raid1 sda[0]\n      100 blocks [1/1] [U]\n      [>] recovery = soon\n")]
    public void Nonsense_is_refused(string text) => Assert.Throws<FormatException>(() => RaidArray.ReadAll(text));

    private static RaidArray Read(string text) => Assert.Single(RaidArray.ReadAll($"Personalities : [raid1]\n{text}\nunused devices: <none>\n"));
}
