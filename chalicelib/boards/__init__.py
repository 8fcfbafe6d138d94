"""What a leaderboard is, and the engines that answer one."""
